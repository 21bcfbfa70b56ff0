"""The way of a lead as a picture: where each box and each line stands, on a wide screen and on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from alpha_swarm.console import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: State on the way → the step that it waits for.
MAIN = {
    "received": "ingest",
    "submitted": "enrich",
    "enriching": "collect",
    "enriched": None,
    "syncing": None,
    "synced": "write-back",
}
#: Where leads rest beside the way → the state that they leave it from.
ASIDE = {"held": "received", "unenrichable": "enriching", "dead": "syncing"}
_CRMS = "syncing"
#: What is called otherwise where several are meant.
_SEVERAL = {"dead": "Dead letters"}


@dataclass(frozen=True, slots=True)
class Row:
    """A CRM within its box."""

    y: int
    name: str
    waiting: str
    open: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A state with the leads in it."""

    x: int
    y: int
    width: int
    height: int
    title: str
    leads: str
    note: str
    tone: str
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """From one box to another; ``moving``: leads are on it."""

    path: str
    moving: bool
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, in pixels."""

    name: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


class Painter:
    """Places the boxes by the state of things."""

    def __init__(self, status: Mapping[str, Any], flow: Sequence[Mapping[str, Any]]) -> None:
        self._leads: Mapping[str, int] = status["leads"]
        self._breakers = {name: state for name, state in status["breakers"].items() if name != "clay"}
        self._flow = {row["step"]: row for row in flow}

    def wide(self) -> Picture:
        """From left to right."""
        places = dict(self._across())
        bottom = max(box.y + box.height for box in places.values())
        beside = {state: self._below(state, places[start], bottom + 52) for state, start in ASIDE.items()}
        lines = (*self._along(places), *self._down(places, beside))
        boxes = (*places.values(), *beside.values())
        return Picture("wide", 1064, bottom + 52 + 72, boxes, lines)

    def tall(self) -> Picture:
        """From top to bottom."""
        places: dict[str, Box] = {}
        y = 1
        for state in MAIN:
            places[state] = self._box(state, 1, y, 326, self._height(state, 62))
            y += places[state].height + 22
        beside = [self._box(state, 1 + 111 * at, y + 8, 104, 62) for at, state in enumerate(ASIDE)]
        stops = list(places.values())
        lines = tuple(
            Line(f"M164 {box.y + box.height}V{after.y}", self._moving(state))
            for (state, box), after in zip(places.items(), stops[1:], strict=False)
        )
        return Picture("tall", 328, y + 72, (*stops, *beside), lines)

    def _across(self) -> Iterator[tuple[str, Box]]:
        x = 1
        for state in MAIN:
            width = 184 if state == _CRMS else 148
            yield state, self._box(state, x, 1, width, self._height(state, 92))
            x += width + 27

    def _height(self, state: str, usual: int) -> int:
        return usual + 26 * len(self._breakers) + 8 if state == _CRMS and self._breakers else usual

    def _box(self, state: str, x: int, y: int, width: int, height: int) -> Box:
        leads = self._leads[state]
        tone = words.tone(state) if leads else "empty"
        rows = tuple(self._rows(y + height)) if state == _CRMS else ()
        title, note = _SEVERAL.get(state, words.state(state)), self._note(MAIN.get(state))
        return Box(x, y, width, height, title, words.number(leads), note, tone, rows)

    def _rows(self, bottom: int) -> Iterator[Row]:
        top = bottom - 26 * len(self._breakers) - 4
        for at, (name, state) in enumerate(self._breakers.items()):
            waiting = self._flow.get(f"sync-{name}", {}).get("waiting", 0)
            yield Row(top + 26 * at + 16, words.target(name), words.number(waiting), state == "closed")

    def _note(self, step: str | None) -> str:
        row = self._flow.get(step or "")
        if not row or not row["waiting"]:
            return ""
        if rate := row.get("per_minute"):
            return f"{words.number(rate)} a minute"
        return f"oldest {words.duration(row['oldest_seconds'])}" if row["oldest_seconds"] >= 1 else ""

    def _moving(self, state: str) -> bool:
        return self._leads[state] > 0

    def _along(self, places: Mapping[str, Box]) -> Iterator[Line]:
        stops = list(places.items())
        for (state, box), (_, after) in pairwise(stops):
            yield Line(f"M{box.x + box.width} 47H{after.x}", self._moving(state))

    def _below(self, state: str, start: Box, y: int) -> Box:
        return self._box(state, start.x, y, start.width, 72)

    def _down(self, places: Mapping[str, Box], beside: Mapping[str, Box]) -> Iterator[Line]:
        for state, box in beside.items():
            start = places[ASIDE[state]]
            middle = start.x + start.width // 2
            yield Line(f"M{middle} {start.y + start.height}V{box.y}", moving=False, aside=True)
