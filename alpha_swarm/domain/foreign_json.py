"""JSON that others have written."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from alpha_swarm.domain.text import storable

_HALF_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(body: bytes) -> Any:
    """The document, without halves of emojis: JavaScript writes what was cut so, and no database takes it.

    Raises:
        ValueError: it is no JSON in UTF-8, or nested beyond reason.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        if not _HALF_PAIR.search(body):
            raise
        return _read_whole(body)


def _read_whole(body: bytes) -> Any:
    try:
        return _whole(json.loads(body))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case list():
            return [_whole(one) for one in value]
        case dict():
            return {storable(name): _whole(one) for name, one in value.items()}
        case _:
            return value
