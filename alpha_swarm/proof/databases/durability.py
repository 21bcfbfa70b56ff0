"""What makes a commit durable: the settings of the program's own connections."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import text

from alpha_swarm.ledger.config import LedgerConfig
from alpha_swarm.ledger.engine import snapshot
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.proof.trial import Result, Trial, Violation

if TYPE_CHECKING:
    import random

    from sqlalchemy.engine import Connection, Engine

    from alpha_swarm.proof.ground import Ground

_CONNECTIONS = 3
#: The question and the answers that will do; ``synchronous`` 2 is FULL.
_DURABLE: dict[str, dict[str, tuple[str | int, ...]]] = {
    "sqlite": {"PRAGMA journal_mode": ("wal",), "PRAGMA synchronous": (2,)},
    "postgresql": {"SHOW synchronous_commit": ("on", "local", "remote_write", "remote_apply")},
}


class CommitsAreDurable(Trial):
    """No fault: several connections of the program's own engine are asked for their settings."""

    name: ClassVar[str] = "commits are durable"
    guarantees: ClassVar[tuple[int, ...]] = (1,)
    #: Quick as it is, it says nothing new when it is repeated.
    seconds: ClassVar[float] = 30.0

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """A setting that was asked for counts as one trial of it."""
        del chance
        with ground.ledger() as url, closing(SqlLedger(LedgerConfig(url=url, key=b"proof"))) as ledger:
            answers = _answers(ledger.engine)
        weak = [
            Violation("volatile", question, str(answer))
            for question, durable, answer in answers
            if answer not in durable
        ]
        return Result(len(answers), tuple(weak))


def _answers(engine: Engine) -> list[tuple[str, tuple[str | int, ...], str | int]]:
    with ExitStack() as opened:
        connections = [opened.enter_context(_reading(engine)) for _ in range(_CONNECTIONS)]
        return [
            (question, durable, connection.execute(text(question)).scalar_one())
            for connection in connections
            for question, durable in _DURABLE[engine.dialect.name].items()
        ]


def _reading(engine: Engine) -> Connection:
    return engine.connect().execution_options(**snapshot(engine))
