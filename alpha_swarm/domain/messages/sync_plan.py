"""What a sync would change, as something that can be asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.messages.approvals import ApprovalKind, Plan, plan_hash
from alpha_swarm.domain.states import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from alpha_swarm.domain.messages.notices import Fact

Row = tuple[Target, str, str | None, str, Mapping[str, tuple[Any, Any]]]
"""CRM, lead id, record's id, action, and field → what stands there and what would."""

_TITLES = {
    ApprovalKind.SYNC: "May this be written into the CRMs?",
    ApprovalKind.PROTECTED: "May this be written into the CRMs, {fields} included?",
}


def sync_plan(rows: Sequence[Row], protected: Collection[str]) -> Plan:
    """Of rows that each change something; ``protected`` are the fields that are asked for besides."""
    asked = sorted({name for *_, fields in rows for name in fields if name in protected})
    kind = ApprovalKind.PROTECTED if asked else ApprovalKind.SYNC
    return Plan(
        kind=kind,
        scope={"leads": _leads(rows), "fields": asked, "granted": _granted(rows, asked)},
        hash=plan_hash([target.value, *rest] for target, *rest in rows),
        title=_TITLES[kind].format(fields=", ".join(asked)),
        facts=dict(_facts(rows)),
    )


def _leads(rows: Sequence[Row]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for target, lead_id, *_ in rows:
        found[target.value].append(lead_id)
    return dict(found)


def _granted(rows: Sequence[Row], asked: Collection[str]) -> dict[str, dict[str, dict[str, list[Any]]]]:
    """CRM → lead id → protected field → what stands there and what would."""
    found: defaultdict[str, dict[str, dict[str, list[Any]]]] = defaultdict(dict)
    for target, lead_id, _, _, fields in rows:
        if values := {name: list(fields[name]) for name in asked if name in fields}:
            found[target.value][lead_id] = values
    return dict(found)


def _facts(rows: Sequence[Row]) -> Iterator[tuple[str, Fact]]:
    """Figures alone: how many records, and how often each field changes."""
    for target in dict.fromkeys(row[0] for row in rows):
        actions = Counter(action for one, _, _, action, _ in rows if one is target)
        yield target.value, ", ".join(f"{number} {action}" for action, number in sorted(actions.items()))
    fields = Counter(name for *_, changed in rows for name in changed)
    yield from sorted(fields.items())
