"""Scenarios and frameworks that callers add, runs and what they write."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "documents",
        sa.Column("owner", sa.String(3), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(100), nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("owner", sa.String(3), nullable=False),
        sa.Column("client", sa.String(200), nullable=False),
        sa.Column("idempotency_key", sa.String(200)),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("scenario", sa.String(100), nullable=False),
        sa.Column("framework", sa.String(100)),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("texts", sa.JSON, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("stage", sa.String(300), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("worker", sa.String(36)),
        sa.Column("lease_until", sa.Float(53)),
        sa.Column("cancel", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("started_at", sa.String(32)),
        sa.Column("finished_at", sa.String(32)),
        sa.Column("name", sa.String(120)),
        sa.Column("case_hash", sa.String(64)),
        sa.Column("fault", sa.JSON),
        sa.UniqueConstraint("client", "idempotency_key", name="uq_runs_client_idempotency_key"),
    )
    op.create_index("ix_runs_owner", "runs", ["owner"])
    op.create_index("ix_runs_status_created_at", "runs", ["status", "created_at"])
    op.create_table(
        "run_files",
        sa.Column("run", sa.String(36), sa.ForeignKey("runs.id", name="fk_run_files_run"), primary_key=True),
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("owner", sa.String(3), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
