"""What a routine is run over: items with an id and inputs, in a body or line by line in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from alpha_swarm.sandbox.clay.routines.answers import refuse

MOST_ITEMS = 100
MOST_LINES = 50_000
_MOST_DETAILS = 100
_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `inputs` maps the routine's inputs to values."""

    id: str
    inputs: dict[str, Any]


def read_items(body: Any) -> list[Item]:
    """The items of a run, or a 400 that says what is wrong with the body as a whole."""
    given = body.get("items") if isinstance(body, dict) else None
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_ITEMS:
        raise refuse(400, f"items must be a list of 1 to {MOST_ITEMS}")
    for place, one in enumerate(given):
        field = _problem(one)
        if field:
            raise refuse(400, f"items[{place}].{field} is invalid")
    if len({one["id"] for one in given}) < len(given):
        raise refuse(400, "the ids of items must be unique")
    return [Item(one["id"], one["inputs"]) for one in given]


def read_lines(content: bytes) -> tuple[list[Item], list[dict[str, Any]]]:
    """The items of a JSONL file, and what is wrong with its lines: number (from 1), field and message."""
    items: dict[str, Item] = {}
    problems: list[dict[str, Any]] = []
    for number, line in enumerate(content.splitlines(), 1):
        one = _parsed(line)
        field = "id" if isinstance(one, dict) and one.get("id") in items else _problem(one)
        if field:
            problems.append(
                {"line_number": number, "field": field, "message": "missing, invalid or repeated"}
            )
        else:
            items[one["id"]] = Item(one["id"], one["inputs"])
    if (not items and not problems) or len(items) > MOST_LINES:
        problems.append({"line_number": 0, "field": "file", "message": f"must hold 1 to {MOST_LINES} lines"})
    return list(items.values()), problems


def complaint(problems: list[dict[str, Any]]) -> dict[str, Any]:
    """The contract's `BatchValidationError`."""
    return {
        "message": "the file holds invalid rows",
        "total_invalid_rows": len(problems),
        "details": problems[:_MOST_DETAILS],
    }


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _problem(one: Any) -> str | None:
    """The field that is wrong, or None."""
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        return "id"
    if not 1 <= len(one["id"]) <= _LONGEST_ID:
        return "id"
    if not isinstance(one.get("inputs"), dict):
        return "inputs"
    return next(iter(sorted(one.keys() - {"id", "inputs"})), None)
