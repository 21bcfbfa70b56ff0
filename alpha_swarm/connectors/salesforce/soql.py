"""Queries for records with certain values, and for changed ones: values are escaped here and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from alpha_swarm.domain.moments import as_utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        '"': '\\"',
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\b": "\\b",
        "\f": "\\f",
    }
)


def quoted(value: str) -> str:
    """The value as a literal, whatever it holds."""
    return f"'{value.translate(_ESCAPES)}'"


def queries(
    names: Sequence[str], entity: str, wanted: Mapping[str, Sequence[str]], longest: int
) -> Iterator[str]:
    """Queries that together find each record with one of the wanted values: field → values.

    Each is at most ``longest`` bytes as part of an address; a value that is longer alone is left out.
    """
    start = f"SELECT {', '.join(names)} FROM {entity} WHERE "  # noqa: S608 - names of ours, values are escaped
    spare = longest - _size(start) - sum(_size(f" OR {name} IN ()") for name in wanted)
    chunk: defaultdict[str, list[str]] = defaultdict(list)
    used = 0
    for name, literal in _literals(wanted):
        size = _size(literal + ",")
        if size > spare:
            continue
        if used + size > spare:
            yield start + _condition(chunk)
            chunk.clear()
            used = 0
        chunk[name].append(literal)
        used += size
    if chunk:
        yield start + _condition(chunk)


def changed(names: Sequence[str], entity: str, at: datetime, last: str, most: int) -> str:
    """A query for what was changed at that moment or later; after a ``last`` id, if one is named."""
    moment = f"{as_utc(at):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
    condition = f"SystemModstamp >= {moment}"
    if last:
        condition = f"SystemModstamp > {moment} OR (SystemModstamp = {moment} AND Id > {quoted(last)})"
    start = f"SELECT {', '.join(names)} FROM {entity} WHERE "  # noqa: S608 - names of ours, values are escaped
    return f"{start}{condition} ORDER BY SystemModstamp, Id LIMIT {most}"


def _literals(wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, values in wanted.items():
        for value in dict.fromkeys(values):
            yield name, quoted(value)


def _condition(chunk: Mapping[str, Sequence[str]]) -> str:
    return " OR ".join(f"{name} IN ({','.join(literals)})" for name, literals in chunk.items())


def _size(text: str) -> int:
    return len(quote_plus(text))
