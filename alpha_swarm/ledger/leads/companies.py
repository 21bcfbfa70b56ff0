"""What results said of companies, by domain: nothing in it is about a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alpha_swarm.domain.results.companies import Remembered
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.companies import companies

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from alpha_swarm.domain.results.companies import Company
    from alpha_swarm.ledger.session import Session


class SqlCompanies:
    """Implements ``ports.companies.Companies``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def known(self, domains: Collection[str], seconds: float) -> Mapping[str, Company]:
        """Domain → fields that were found within so many seconds."""
        since = self._session.now - seconds
        return {
            domain: {
                name: Remembered(value, when(found_at))
                for name, (value, found_at) in fields.items()
                if found_at > since
            }
            for domain, fields in self._read(domains).items()
        }

    def learn(self, found: Mapping[str, Mapping[str, Any]]) -> None:
        """Domain → fields that were found now."""
        now = self._session.now
        before = self._read(found)
        rows = [
            {
                "domain": domain,
                "fields": {
                    **before.get(domain, {}),
                    **{name: [value, now] for name, value in fields.items()},
                },
                "learnt_at": now,
            }
            for domain, fields in sorted(found.items())
            if fields
        ]
        if rows:
            statement = self._session.insert(companies)
            newer = {name: statement.excluded[name] for name in ("fields", "learnt_at")}
            self._session.run(statement.on_conflict_do_update(index_elements=["domain"], set_=newer), rows)

    def _read(self, domains: Collection[str]) -> dict[str, dict[str, Any]]:
        query = select(companies.c.domain, companies.c.fields).where(among(companies.c.domain, domains))
        return {row.domain: dict(row.fields) for row in self._session.rows(query)}
