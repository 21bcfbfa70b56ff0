"""Which alerts stand, by the state of the whole, and what of that is news: two pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from alpha_swarm.domain.calls.breaker import BreakerState
from alpha_swarm.domain.health.duties import Duties, duty_alerts
from alpha_swarm.domain.health.trends import Course, course_alerts
from alpha_swarm.domain.lane_report import LaneFigures, is_near
from alpha_swarm.domain.lanes import NO_LANE, ORDERED, LaneState, Margins, rooms, standing, why_none
from alpha_swarm.domain.messages.alerts import Alert, Halt, Level, Stood

#: What comes back within that time was not over: a pause ends, one call is tried, and it is paused again.
HOLD_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The state of the whole, as far as anything of it can be wrong."""

    halts: Sequence[Halt] = ()
    breakers: Mapping[str, BreakerState | None] = field(default_factory=dict)
    """Party → state, ``None`` where it is not known."""
    caps: Sequence[str] = ()
    """Kind and meter of each cap for which leads are held, such as ``day credits``."""
    lanes: Sequence[LaneFigures] | None = None
    """``None`` where nothing goes by lanes."""
    margins: Margins = field(default_factory=Margins)
    course: Course = field(default_factory=Course)
    """What executions say, and what has been used up."""
    trail: str | None = None
    """What is wrong with the audit trail."""
    duties: Duties = field(default_factory=Duties)
    """What is owed to persons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands."""

    alerts: Mapping[str, Alert]
    unsure: frozenset[str]
    """Keys of which nobody can say whether they stand: they stay as they were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is different from what people were told."""

    begun: Sequence[Alert]
    gone: Sequence[str]
    back: Sequence[str]
    over: Sequence[Stood]

    def __bool__(self) -> bool:
        return any((self.begun, self.gone, self.back, self.over))


@dataclass(frozen=True, slots=True)
class _Form:
    key: str
    text: str
    remedy: str


_RESUME = "then alpha-swarm targets resume {party}"
#: Verdict → what is said of a party that gave it.
_HALTS: Mapping[str, _Form] = {
    "CredentialsRefusedError": _Form(
        "halt:{party}:authentication",
        "{party} is halted: authentication failed",
        f"put a valid key into the environment or .env, {_RESUME}",
    ),
    "QuotaExhaustedError": _Form(
        "halt:{party}:quota",
        "{party} is parked: a quota is used up",
        f"wait until it resets, or have it raised, {_RESUME}",
    ),
    "WrongAddressError": _Form(
        "halt:{party}:address",
        "{party} is halted: something is not where the settings say",
        f"correct what alpha-swarm doctor names, {_RESUME}",
    ),
    "BreakerOpenError": _Form(
        "breaker:{party}",
        "{party} is left alone: too many calls failed",
        "it is tried by itself every 30 s; alpha-swarm targets list shows how it stands",
    ),
}
_OTHER = _Form("halt:{party}:other", "{party} is halted", f"see the reason, {_RESUME}")
_BREAKER = _HALTS["BreakerOpenError"]
AUDIT_REMEDY = "leave the ledger as it is, and look: alpha-swarm privacy audit verify"
_LANES = "alpha-swarm lanes list; make a new source, then alpha-swarm lanes add"


def found(watched: Watched) -> Found:
    """Everything that stands, each by its key."""
    every = [
        *_halts(watched.halts),
        *_breakers(watched.breakers),
        *_caps(watched.caps),
        *_lanes(watched),
        *course_alerts(watched.course),
        *_trail(watched.trail),
        *duty_alerts(watched.duties),
    ]
    unsure = {
        _BREAKER.key.format(party=party)
        for party, state in watched.breakers.items()
        # One call is being tried, which shows; until then nobody knows.
        if state in (None, BreakerState.HALF_OPEN)
    }
    return Found(alerts={alert.key: alert for alert in every}, unsure=frozenset(unsure))


def news(told: Mapping[str, Stood], now_found: Found, now: float) -> News:
    """What people are to be told; what went away is over when it has stayed away."""
    kept = now_found.alerts.keys() | now_found.unsure
    missed = [one for key, one in told.items() if key not in kept]
    return News(
        begun=[alert for key, alert in now_found.alerts.items() if key not in told],
        gone=[one.key for one in missed if one.gone_at is None],
        back=[key for key in now_found.alerts if key in told and told[key].gone_at is not None],
        over=[one for one in missed if one.gone_at is not None and now - one.gone_at >= HOLD_SECONDS],
    )


def _halts(halts: Sequence[Halt]) -> Iterator[Alert]:
    for halt in halts:
        # Of that the lanes tell more.
        if not halt.reason.startswith(NO_LANE):
            yield _of(_HALTS.get(halt.kind, _OTHER), halt.party, halt.reason)


def _breakers(breakers: Mapping[str, BreakerState | None]) -> Iterator[Alert]:
    for party, state in breakers.items():
        if state is BreakerState.OPEN:
            yield _of(_BREAKER, party)


def _of(form: _Form, party: str, reason: str | None = None) -> Alert:
    return Alert(
        key=form.key.format(party=party),
        level=Level.CRITICAL,
        text=form.text.format(party=party),
        remedy=form.remedy.format(party=party),
        facts={"reason": reason} if reason else {},
    )


def _caps(caps: Sequence[str]) -> Iterator[Alert]:
    for kind, meter in map(str.split, caps):
        yield Alert(
            key=f"cap:{kind}:{meter}",
            level=Level.CRITICAL,
            text=f"Spending has stopped: the cap on {meter} of the {kind} is reached, and leads are held",
            remedy="raise the cap, or wait until it resets; alpha-swarm budget shows both",
        )


def _trail(flaw: str | None) -> Iterator[Alert]:
    if flaw is not None:
        yield Alert(
            key="audit",
            level=Level.CRITICAL,
            text="The audit trail is not as it was written",
            remedy=AUDIT_REMEDY,
            facts={"reason": flaw},
        )


def _lanes(watched: Watched) -> Iterator[Alert]:
    if watched.lanes is None:
        return
    every = [one.lane for one in watched.lanes]
    room = rooms(every, watched.margins)
    for figures in watched.lanes:
        yield from _lane(figures, standing(figures.lane, room[figures.lane.name]), watched.margins)
    if not any(room.values()):
        yield Alert(
            key="lanes:none",
            level=Level.CRITICAL,
            text="No lane is left: leads wait",
            remedy=_LANES,
            facts={"reason": why_none(every, watched.margins)},
        )


def _lane(figures: LaneFigures, state: LaneState, margins: Margins) -> Iterator[Alert]:
    lane = figures.lane
    used = {"used": f"{lane.used:,} of {margins.limit:,} records"}
    if is_near(lane, margins):
        yield _about(lane.name, "near", "is nearly used up", _LANES, used)
    if state is LaneState.EXHAUSTED:
        yield _about(lane.name, state, "is used up, or its table is full", _LANES, used)
    elif state is not LaneState.ACTIVE and figures.reason not in ORDERED:
        remedy = f"mend it, then alpha-swarm lanes resume {lane.name}; or take a new source"
        why = {"reason": figures.reason or ""}
        yield _about(lane.name, state, f"is out of use ({state})", remedy, why)


def _about(name: str, key: str, text: str, remedy: str, facts: Mapping[str, str]) -> Alert:
    return Alert(
        key=f"lane:{name}:{key}",
        level=Level.WARNING,
        text=f"Lane {name} {text}",
        remedy=remedy,
        facts=facts,
    )
