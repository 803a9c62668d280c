"""Assertions that clients sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "used_assertions",
        sa.Column("client", sa.String(36), primary_key=True),
        sa.Column("jti", sa.String(200), primary_key=True),
        sa.Column("until", sa.BigInteger, nullable=False),
    )
