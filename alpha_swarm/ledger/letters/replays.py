"""Plans of replays, and how far they have come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, update
from ulid import ULID

from alpha_swarm.domain.letters.replay_ramp import Replay, ReplayState
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.letters import replay_fates
from alpha_swarm.ledger.letters.cases import STARTED, UNDER_WAY, WAITS
from alpha_swarm.ledger.schema.letters import replay_letters, replays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Row

    from alpha_swarm.domain.letters.replay_plan import ReplayPlan, Run
    from alpha_swarm.domain.letters.replay_ramp import Begun
    from alpha_swarm.ledger.session import Session

_PLANNED = ReplayState.PLANNED.value
#: For whoever wants to know what was replayed.
_KEPT_SECONDS = 90 * 86400.0


class SqlReplays:
    """Implements ``ports.dead_letters.Replays``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, plan: ReplayPlan, leads: Mapping[str, str], seconds: float) -> str:
        """One row, and one for each letter."""
        replay_id, now = str(ULID()), self._session.now
        row = {"id": replay_id, "hash": plan.hash, "state": _PLANNED, "stage": 0, "planned": len(plan.runs)}
        self._session.add(replays, [{**row, "made_at": now, "expires_at": now + seconds}])
        self._session.add(replay_letters, replay_fates.rows(replay_id, plan, leads))
        return replay_id

    def planned(self, plan_hash: str) -> Replay | None:
        """Ids grow with time."""
        return self._first(replays.c.hash == plan_hash)

    def find(self, replay_id: str) -> Replay | None:
        """By its key."""
        return self._first(replays.c.id == replay_id)

    def latest(self, most: int) -> Sequence[Replay]:
        """What was merely planned is none yet."""
        query = select(replays).where(replays.c.state != _PLANNED).order_by(replays.c.id.desc())
        return [self._read(row) for row in self._session.rows(query.limit(most))]

    def letters(self, replay_id: str) -> Sequence[str]:
        """Those that run and those that don't."""
        query = select(replay_letters.c.letter_id).where(replay_letters.c.replay_id == replay_id)
        return [row.letter_id for row in self._session.rows(query)]

    def begin(self, replay_id: str) -> bool:
        """By one statement, so that of two who apply at once one is first."""
        now = self._session.now
        mine = (replays.c.id == replay_id, replays.c.state == _PLANNED, replays.c.expires_at > now)
        values = {"state": ReplayState.CANARY.value, "started_at": now}
        return self._session.run(update(replays).where(*mine).values(values)).rowcount == 1

    def active(self) -> Sequence[str]:
        """A look that locks nothing."""
        query = select(replays.c.id).where(replays.c.state.in_(UNDER_WAY)).order_by(replays.c.id)
        return [row.id for row in self._session.rows(query)]

    def unfinished(self) -> Sequence[str]:
        """There are never many that were stopped."""
        mine = (replay_letters.c.replay_id == replays.c.id, replay_letters.c.fate == STARTED)
        loose = select(replay_letters.c.letter_id).where(*mine).exists()
        query = select(replays.c.id).where(replays.c.state == ReplayState.STOPPED.value, loose)
        return [row.id for row in self._session.rows(query)]

    def hold(self, replay_id: str) -> Replay | None:
        """Two who come at once pass over each other."""
        mine = (replays.c.id == replay_id, replays.c.state.in_(UNDER_WAY))
        rows = self._session.rows(select(replays).where(*mine).with_for_update(skip_locked=True))
        return self._read(rows[0]) if rows else None

    def waiting(self, replay: Replay, most: int) -> Mapping[str, str]:
        """By their places."""
        query = select(replay_letters.c.letter_id, replay_letters.c.lead_id).where(
            replay_letters.c.replay_id == replay.id,
            replay_letters.c.fate == WAITS,
            replay_letters.c.position < replay.limit,
        )
        rows = self._session.rows(query.order_by(replay_letters.c.position).limit(most))
        return {row.letter_id: row.lead_id for row in rows}

    def started(self, replay_id: str, runs: Sequence[Run]) -> None:
        """Now."""
        rows = [{"letter": one.letter.id, "present": one.generation} for one in runs]
        mine = (replay_letters.c.replay_id == replay_id, replay_letters.c.letter_id == bindparam("letter"))
        values = {"fate": STARTED, "generation": bindparam("present"), "started_at": self._session.now}
        if rows:
            self._session.run(update(replay_letters).where(*mine).values(values), rows)

    def begun(self, replay_id: str) -> Sequence[Begun]:
        """With how their leads stand now."""
        return replay_fates.begun(self._session, replay_id)

    def mark(self, replay_id: str, fates: Mapping[str, str]) -> None:
        """One statement for each fate."""
        for fate in sorted(set(fates.values())):
            ids = [letter_id for letter_id, one in fates.items() if one == fate]
            mine = (replay_letters.c.replay_id == replay_id, among(replay_letters.c.letter_id, ids))
            self._session.run(update(replay_letters).where(*mine).values(fate=fate))

    def stage_counts(self, replay: Replay) -> Mapping[str, int]:
        """Fate → letters of its present stage."""
        return self._counts(
            replay.id, replay_letters.c.position >= replay.first, replay_letters.c.position < replay.limit
        )

    def move(self, replay_id: str, stage: int) -> None:
        """On."""
        values = {"stage": stage, "state": ReplayState.RUNNING.value}
        self._session.run(update(replays).where(replays.c.id == replay_id).values(values))

    def end(self, replay_id: str, state: ReplayState, why: str | None) -> bool:
        """Once."""
        mine = (replays.c.id == replay_id, replays.c.state.in_(UNDER_WAY))
        values = {"state": state.value, "why": why, "ended_at": self._session.now}
        return self._session.run(update(replays).where(*mine).values(values)).rowcount == 1

    def tidy(self) -> None:
        """Forget plans that can no longer be applied, and what ended long ago."""
        now = self._session.now
        stale = (replays.c.state == _PLANNED) & (replays.c.expires_at < now)
        old = replays.c.ended_at < now - _KEPT_SECONDS
        ids = select(replays.c.id).where(stale | old)
        self._session.run(delete(replay_letters).where(replay_letters.c.replay_id.in_(ids)))
        self._session.run(delete(replays).where(stale | old))

    def _first(self, wanted: ColumnElement[bool]) -> Replay | None:
        rows = self._session.rows(select(replays).where(wanted).order_by(replays.c.id.desc()).limit(1))
        return self._read(rows[0]) if rows else None

    def _counts(self, replay_id: str, *which: ColumnElement[bool]) -> dict[str, int]:
        query = select(replay_letters.c.fate, func.count().label("number")).where(
            replay_letters.c.replay_id == replay_id, replay_letters.c.position.is_not(None), *which
        )
        return {row.fate: row.number for row in self._session.rows(query.group_by(replay_letters.c.fate))}

    def _read(self, row: Row[Any]) -> Replay:
        return Replay(
            id=row.id,
            hash=row.hash,
            state=ReplayState(row.state),
            stage=row.stage,
            planned=row.planned,
            made_at=row.made_at,
            expires_at=row.expires_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            why=row.why,
            counts=self._counts(row.id),
        )
