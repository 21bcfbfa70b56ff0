"""Runs the migrations on the connection that ``ledger.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from alpha_swarm.ledger.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
    render_as_batch=True,
)
context.run_migrations()
