"""The audit, which nobody changes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SQLITE = "CREATE TRIGGER audit_events_{when} BEFORE {when} ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit is appended only'); END"
_POSTGRESQL = (
    "CREATE FUNCTION audit_is_appended_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit is appended only'; END $$",
    "CREATE TRIGGER audit_events_kept BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_is_appended_only()",
)


def upgrade() -> None:
    """Add the table, and what keeps it."""
    op.create_table(
        "audit_events",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(100), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("manifest", sa.String(64)),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRESQL if postgresql else [_SQLITE.format(when=when) for when in ("UPDATE", "DELETE")]:
        op.execute(statement)
