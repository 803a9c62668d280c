"""Figures of partners, releases, and row-level security on PostgreSQL."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

#: Tables with an owner, and whether rows of everyone may be read by all.
OWNED = {"documents": True, "runs": False, "run_files": False, "figures": False}
TENANT = "current_setting('app.tenant', true)"


def upgrade() -> None:
    """Add the tables and the policies."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("figures", sa.String(10), nullable=False, server_default="none"))
    op.create_table(
        "figures",
        sa.Column("owner", sa.String(3), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
    )
    op.create_table(
        "releases",
        sa.Column("run", sa.String(36), primary_key=True),
        sa.Column("scenario", sa.String(100), nullable=False),
        sa.Column("contributors", sa.JSON, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table, shared in OWNED.items():
            own = f"({TENANT} = '*' OR owner = {TENANT})"
            reads = f"({own} OR owner = '*')" if shared else own
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING {reads}")
            op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK {own}")
            op.execute(f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING {own} WITH CHECK {own}")
            op.execute(f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING {own}")
