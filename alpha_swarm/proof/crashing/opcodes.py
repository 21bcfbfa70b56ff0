"""Sees every bytecode that a child executes in the pipeline and the ledger."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import alpha_swarm.ledger
import alpha_swarm.pipeline

if TYPE_CHECKING:
    from types import FrameType

    from alpha_swarm.proof.crashing.points import Points

_FOLDERS = tuple(f"{Path(package.__path__[0])}/" for package in (alpha_swarm.ledger, alpha_swarm.pipeline))


class Opcodes:
    """A trace function for all threads of the process."""

    def __init__(self, points: Points) -> None:
        self._points = points

    def watch(self) -> None:
        """From now on."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    def _enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_FOLDERS):
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return self._follow

    def _follow(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "opcode":
            code = frame.f_code
            place = frame.f_lasti
            self._points.passed(lambda: f"opcode:{Path(code.co_filename).stem}.{code.co_name}+{place}")
        return self._follow
