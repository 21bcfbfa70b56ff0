"""Where each lead stands with each CRM."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, bindparam, func, or_, select, update

from alpha_swarm.domain.crm.deals import PlannedDeal, Terms
from alpha_swarm.domain.messages.approvals import Grant
from alpha_swarm.domain.states import Target
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.records import dump_placement, read_placement
from alpha_swarm.ledger.schema.crm import syncs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.domain.routing.route import Placement, Route
    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.records import Written

OPEN, DONE, DEAD = "open", "done", "dead"


class SqlSyncs:
    """Implements ``ports.parts.Syncs``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(
        self, targets: Mapping[str, Sequence[Target]], routes: Mapping[str, Route] | None = None
    ) -> None:
        """A lead that was there before keeps its record's id."""
        rows: list[dict[str, Any]] = [
            {"lead_id": lead_id, "target": target.value, "state": OPEN}
            for lead_id, chosen in targets.items()
            for target in chosen
        ]
        statement = self._session.insert(syncs)
        changed: dict[str, Any] = {"state": OPEN}
        if routes is not None:
            changed["route"] = statement.excluded.route
            rows = [{**row, "route": _said(routes[row["lead_id"]], row["target"])} for row in rows]
        if rows:
            again = statement.on_conflict_do_update(index_elements=["lead_id", "target"], set_=changed)
            self._session.run(again, rows)

    def known(self, target: Target, lead_ids: Collection[str]) -> set[str]:
        """Those that were ever sent there."""
        query = select(syncs.c.lead_id).where(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids)
        )
        return {row.lead_id for row in self._session.rows(query)}

    def opened(self, target: Target, lead_ids: Collection[str]) -> set[str]:
        """One query."""
        query = select(syncs.c.lead_id).where(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids), syncs.c.state == OPEN
        )
        return {row.lead_id for row in self._session.rows(query)}

    def grant(self, target: Target, grants: Mapping[str, Grant]) -> None:
        """Until they are written."""
        one = and_(syncs.c.lead_id == bindparam("lead"), syncs.c.target == target.value)
        rows = [
            {"lead": lead_id, "approval": grant.approval, "granted": _plain(grant)}
            for lead_id, grant in grants.items()
        ]
        if rows:
            values: dict[str, Any] = {name: bindparam(name) for name in ("approval", "granted")}
            closed = self._session.closed(syncs, rows, owner="lead")
            self._session.run(update(syncs).where(one).values(values), closed)

    def grants(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, Grant]:
        """One query."""
        query = select(syncs.c.lead_id, syncs.c.approval, syncs.c.granted).where(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids), syncs.c.approval.is_not(None)
        )
        return {row.lead_id: Grant(row.approval, row.granted or {}) for row in self._session.opened(query)}

    def placements(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, Placement]:
        """One query."""
        query = select(syncs.c.lead_id, syncs.c.route).where(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids), syncs.c.route.is_not(None)
        )
        return {row.lead_id: read_placement(row.route) for row in self._session.rows(query)}

    def deals(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, PlannedDeal]:
        """One query."""
        query = select(syncs.c.lead_id, syncs.c.deal, syncs.c.deal_id).where(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids), syncs.c.deal.is_not(None)
        )
        rows = self._session.opened(query)
        return {row.lead_id: PlannedDeal(terms=Terms(**row.deal), id=row.deal_id) for row in rows}

    def plan_deals(self, target: Target, deals: Mapping[str, Terms]) -> None:
        """What may have been sent already is authoritative."""
        rows = [{"lead": lead_id, "deal": asdict(terms)} for lead_id, terms in deals.items()]
        one = and_(
            syncs.c.lead_id == bindparam("lead"), syncs.c.target == target.value, syncs.c.deal.is_(None)
        )
        if rows:
            closed = self._session.closed(syncs, rows, owner="lead")
            self._session.run(update(syncs).where(one).values(deal=bindparam("deal")), closed)

    def drop_deals(self, target: Target, lead_ids: Collection[str]) -> None:
        """Those that were opened stay."""
        chosen = and_(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids), syncs.c.deal_id.is_(None)
        )
        self._session.run(update(syncs).where(chosen).values(deal=None))

    def done(self, target: Target, results: Mapping[str, Written]) -> None:
        """Remember what was written, and as what."""
        rows = [
            {
                "lead": lead_id,
                "external": result.external_id,
                "print": result.fingerprint,
                "opened": result.deal_id,
            }
            for lead_id, result in results.items()
        ]
        one = and_(syncs.c.lead_id == bindparam("lead"), syncs.c.target == target.value)
        external = bindparam("external", type_=String)
        values: dict[str, Any] = {
            "external_id": external,
            "fingerprint": bindparam("print"),
            "deal_id": func.coalesce(bindparam("opened", type_=String), syncs.c.deal_id),
            "approval": None,
            "granted": None,
            # Whoever had a record, and has none now.
            "gone": and_(external.is_(None), or_(syncs.c.gone, syncs.c.external_id.is_not(None))),
        }
        if rows:
            statement = update(syncs).where(one).values(state=DONE, synced_at=self._session.now, **values)
            self._session.run(statement, rows)

    def gone(self, target: Target, lead_ids: Collection[str]) -> set[str]:
        """Whose record somebody removed."""
        query = select(syncs.c.lead_id).where(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids), syncs.c.gone
        )
        return {row.lead_id for row in self._session.rows(query)}

    def dead(self, target: Target, lead_ids: Collection[str]) -> None:
        """Given up."""
        chosen = and_(syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids))
        self._session.run(update(syncs).where(chosen).values(state=DEAD, approval=None, granted=None))

    def fingerprints(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, str]:
        """Of those that were written, and are not to be written for another reason."""
        theirs = and_(
            syncs.c.target == target.value, among(syncs.c.lead_id, lead_ids), syncs.c.approval.is_(None)
        )
        query = select(syncs.c.lead_id, syncs.c.fingerprint).where(theirs, syncs.c.fingerprint.is_not(None))
        return {row.lead_id: row.fingerprint for row in self._session.rows(query)}

    def done_in(self, lead_ids: Collection[str]) -> Mapping[str, set[Target]]:
        """Where they were written."""
        found: defaultdict[str, set[Target]] = defaultdict(set)
        there = and_(syncs.c.state == DONE, among(syncs.c.lead_id, lead_ids))
        for row in self._session.rows(select(syncs.c.lead_id, syncs.c.target).where(there)):
            found[row.lead_id].add(Target(row.target))
        return found

    def states(self, lead_ids: Collection[str]) -> Mapping[str, set[str]]:
        """The distinct states by lead."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for row in self._session.rows(
            select(syncs.c.lead_id, syncs.c.state).where(among(syncs.c.lead_id, lead_ids))
        ):
            found[row.lead_id].add(row.state)
        return found


def _plain(grant: Grant) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in grant.fields.items()}


def _said(route: Route, target: str) -> dict[str, Any] | None:
    return dump_placement(route.placement(Target(target)))
