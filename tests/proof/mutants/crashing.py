"""Sabotage that the enumeration of crash points must find; none of it is seen as long as nobody dies.

Called in every process of a trial, by a ``sitecustomize.py``, before anything else runs there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from alpha_swarm.ledger.calls.calls import SqlCalls
from alpha_swarm.ledger.ledger import SqlLedger
from alpha_swarm.pipeline.receive import Receive

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from alpha_swarm.ports.records import Taken


def intents_are_forgotten() -> None:
    """Whoever takes up a dead worker's leads sends their calls again without asking."""
    SqlCalls.doubts = lambda *_arguments, **_options: {}  # type: ignore[method-assign]  # the sabotage


def intents_follow_effects() -> None:
    """The intent is written with the outcome."""
    plan, settle = SqlCalls.plan, SqlCalls.settle
    waiting: list[dict[str, Any]] = []

    def later(_calls: SqlCalls, **intent: Any) -> str:
        waiting.append(intent)
        return ""

    def settling(calls: SqlCalls, *arguments: Any) -> None:
        while waiting:
            plan(calls, **waiting.pop())
        settle(calls, *arguments)

    SqlCalls.plan = later  # type: ignore[method-assign,assignment]  # the sabotage
    SqlCalls.settle = settling  # type: ignore[method-assign,assignment]  # the sabotage


def every_statement_commits() -> None:
    """No transaction holds two statements together."""

    def commit(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            connection.connection.driver_connection.commit()

    event.listen(Engine, "after_cursor_execute", commit)


def answers_precede_commits() -> None:
    """The door answers first; its transaction ends when the next one begins."""
    begin, read = SqlLedger.begin, SqlLedger.read
    unfinished: list[AbstractContextManager[Any]] = []

    def finish() -> None:
        while unfinished:
            unfinished.pop().__exit__(None, None, None)

    def finishing(ledger: SqlLedger) -> AbstractContextManager[Any]:
        finish()
        return begin(ledger)

    def reading(ledger: SqlLedger) -> AbstractContextManager[Any]:
        finish()
        return read(ledger)

    def take(receive: Receive, inputs: Sequence[Any], **options: Any) -> Sequence[Taken]:
        transaction = finishing(receive._ledger)  # type: ignore[arg-type]  # the one that there is
        taken = receive.record(transaction.__enter__(), inputs, **options)
        unfinished.append(transaction)
        return taken

    SqlLedger.begin = finishing  # type: ignore[method-assign,assignment]  # the sabotage
    SqlLedger.read = reading  # type: ignore[method-assign,assignment]  # the sabotage
    Receive.take = take  # type: ignore[method-assign,assignment]  # the sabotage


#: What to do → the step in which it must show.
MUTANTS: dict[Callable[[], None], str] = {
    intents_are_forgotten: "ingest",
    intents_follow_effects: "enrich",
    every_statement_commits: "collect",
    answers_precede_commits: "door",
}
