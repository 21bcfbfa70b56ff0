"""What a sync would change, as something that can be asked for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.approvals import ApprovalKind, Plan, plan_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from alpha_swarm.domain.notices import Fact
    from alpha_swarm.domain.states import Target

    #: (target, lead id, record's id, action, field → what stands there and what would)
    Row = tuple[Target, str, str | None, str, Mapping[str, tuple[Any, Any]]]


def sync_plan(rows: Sequence[Row], protected: Collection[str]) -> Plan:
    """Of rows that change anything; ``protected`` are the fields that are asked for besides."""
    leads: dict[str, list[str]] = {}
    for target, lead_id, *_ in rows:
        leads.setdefault(target.value, []).append(lead_id)
    asked = sorted({name for *_, fields in rows for name in fields if name in protected})
    kind = ApprovalKind.PROTECTED if asked else ApprovalKind.SYNC
    return Plan(
        kind=kind,
        scope={"leads": leads, "fields": asked},
        hash=plan_hash([target.value, *rest] for target, *rest in rows),
        title=_TITLES[kind].format(fields=", ".join(asked)),
        facts=dict(_facts(rows)),
    )


_TITLES = {
    ApprovalKind.SYNC: "May this be written into the CRMs?",
    ApprovalKind.PROTECTED: "May this be written into the CRMs, {fields} included?",
}


def _facts(rows: Sequence[Row]) -> Iterator[tuple[str, Fact]]:
    """Figures alone: how many records, and how often each field changes."""
    for target in dict.fromkeys(row[0] for row in rows):
        actions = Counter(action for one, _, _, action, _ in rows if one is target)
        yield target.value, ", ".join(f"{number} {action}" for action, number in sorted(actions.items()))
    fields = Counter(name for *_, changed in rows for name in changed)
    yield from sorted(fields.items())
