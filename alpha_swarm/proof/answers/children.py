"""Processes of our own that begin at the same moment: a task to each, the word to begin, an answer back."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from alpha_swarm.supervision.processes import PYTHON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

READY, GO = "ready", "go"


class Child:
    """A process that has read its task and waits for the word."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, word: str) -> None:
        """One line to it."""
        if self._process.stdin is not None:
            self._process.stdin.write(word + "\n")
            self._process.stdin.flush()

    def hear(self) -> str:
        """One line from it; empty when it has died."""
        return self._process.stdout.readline().strip() if self._process.stdout else ""

    def answer(self) -> Any:
        """What it has to say at the end; ``None`` when it has died."""
        line = self.hear()
        return json.loads(line) if line else None


@contextmanager
def children(module: str, tasks: Sequence[Any], environ: Mapping[str, str]) -> Iterator[list[Child]]:
    """One process of the module a task, all of them ready and told to begin."""
    with ExitStack() as stack:
        started = [Child(stack.enter_context(_process(module, environ))) for _ in tasks]
        for child, task in zip(started, tasks, strict=True):
            child.tell(json.dumps(task))
        for child in started:
            child.hear()
        for child in started:
            child.tell(GO)
        yield started


@contextmanager
def _process(module: str, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own module
        [*PYTHON, module], env=dict(environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def serve(work: Callable[[Any, Callable[[], Any]], Any]) -> None:
    """The child's side: ``work(task, begin)`` calls ``begin`` when it is ready; its answer goes back."""
    task = json.loads(sys.stdin.readline())
    answer = work(task, _begin)
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _begin() -> None:
    sys.stdout.write(READY + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
