"""One of our own commands as a child process."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from alpha_swarm.supervision.processes import PYTHON, tethered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

#: The supervisor gives its own children 28 s.
_END_SECONDS = 35.0


@contextmanager
def running(
    arguments: Sequence[str], folder: Path, environ: Mapping[str, str], *, stdout: Any, stderr: Any = None
) -> Iterator[subprocess.Popen[bytes]]:
    """``alpha-swarm`` with these arguments; it ends with the block, and when this process is killed."""
    # The folder holds no .env, and a session of its own keeps Ctrl-C from it until we end it.
    child = subprocess.Popen(  # noqa: S603 - our own command
        tethered([*PYTHON, "alpha_swarm.cli.main", *arguments]),
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        yield child
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    if child.stdout:
        child.stdout.close()
