"""Several processes or threads that do something at the same moment."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def in_processes(function: Callable[..., Any], arguments: Sequence[Sequence[Any]]) -> list[Any]:
    """The answers, in the order of the arguments; every process starts when all are ready."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(len(arguments))
    pipes = [context.Pipe(duplex=False) for _ in arguments]
    processes = [
        context.Process(target=_child, args=(barrier, pipe[1], function, given))
        for pipe, given in zip(pipes, arguments, strict=True)
    ]
    for process in processes:
        process.start()
    for _, sending in pipes:
        sending.close()  # so that a child that dies ends the wait
    answers = [receiving.recv() for receiving, _ in pipes]
    for process, (receiving, _) in zip(processes, pipes, strict=True):
        process.join()
        process.close()
        receiving.close()
    return answers


def in_threads(function: Callable[..., Any], arguments: Sequence[Sequence[Any]]) -> list[Any]:
    """The same with threads; an error of one is raised here."""
    barrier = threading.Barrier(len(arguments))

    def run(given: Sequence[Any]) -> Any:
        barrier.wait()
        return function(*given)

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def _child(barrier: Any, answer: Any, function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    barrier.wait()
    answer.send(function(*arguments))
    answer.close()
