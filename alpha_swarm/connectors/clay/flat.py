"""The flat body of an HTTP API column, and a row of an exported table, whatever their owner made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.clay import flat_fields as fields
from alpha_swarm.connectors.clay.flat_values import decimal_of, is_missing, json_in, text_of, value_of
from alpha_swarm.connectors.clay.mapping import credits_of, error_text, is_name, moment_of, provider_uses
from alpha_swarm.connectors.text import is_id
from alpha_swarm.connectors.wire import parse_json
from alpha_swarm.domain.leads.enrichment import ProviderUse, RowResult
from alpha_swarm.domain.leads.requests import lead_of
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Plain name → the cells under it.
Cells = Mapping[str, Sequence[Any]]

_FAILED = frozenset({"failed", "failure", "error"})
_FAILED_EVENT = "row.enrichment_failed"


@dataclass(frozen=True, slots=True)
class FlatRow:
    """A row, and the token that came with it."""

    result: RowResult
    token: str | None = field(repr=False)


def decode(body: bytes) -> list[FlatRow]:
    """The rows of a callback: one object, an envelope with the row under ``data``, or a list of either.

    Raises:
        GiveUpError: not one row is in it that says whose it is.
    """
    try:
        parsed = parse_json(body)
    except ValueError:
        parsed = None
    if isinstance(parsed, str):
        parsed = json_in(parsed)
    members = parsed if isinstance(parsed, list) else [parsed]
    rows = [row for member in members if isinstance(member, dict) and (row := decode_row(member)) is not None]
    if not rows:
        raise GiveUpError("the delivery holds no row", cause="invalid_webhook")
    return rows


def decode_row(cells: Mapping[str, Any]) -> FlatRow | None:
    """One row, name of a column → cell; ``None`` where nothing in it says whose it is."""
    given = _plainly(cells)
    request = next((text for text in _texts(given, fields.REQUEST) if lead_of(text)), None)
    lead = next((text for text in _texts(given, fields.LEAD) if is_id(text)), None)
    row_id = request or lead
    if row_id is None:
        return None
    values = _values(given)
    result = RowResult(
        row_id=row_id,
        lead_id=lead_of(request) if request else lead,
        status=_status(given),
        error=error_text(text_of(_first(given, fields.ERROR))),
        values=values,
        providers=tuple(_providers(given, values)),
        credits_used=credits_of(decimal_of(_first(given, fields.CREDITS))),
        enriched_at=moment_of(_first(given, fields.MOMENT)),
    )
    return FlatRow(result, next(_texts(given, fields.TOKEN), None))


def _plainly(cells: Mapping[str, Any]) -> Cells:
    """What says something, the inner before the outer."""
    given: defaultdict[str, list[Any]] = defaultdict(list)
    for inner in (*_nested(cells), cells):
        for name, cell in inner.items():
            if not is_missing(cell):
                given[fields.plain(str(name))].append(cell)
    return given


def _nested(cells: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name, cell in cells.items():
        if fields.plain(str(name)) in fields.NESTS:
            inner = json_in(cell) if isinstance(cell, str) else cell
            if isinstance(inner, dict):
                yield inner


def _first(given: Cells, names: Sequence[str]) -> Any:
    return next((cell for name in names for cell in given.get(fields.plain(name), ())), None)


def _texts(given: Cells, names: Sequence[str]) -> Iterator[str]:
    cells = (cell for name in names for cell in given.get(fields.plain(name), ()))
    return (text for cell in cells if (text := text_of(cell)) is not None)


def _values(given: Cells) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, names in fields.NAMES.items():
        value = value_of(_first(given, names), fields.FIELDS[name][0])
        if value is not None:
            found[name] = value
    return found


def _status(given: Cells) -> EnrichmentStatus:
    """That it came says that it is over."""
    said = text_of(_first(given, fields.STATUS)) or ""
    failed = said.lower() in _FAILED or _FAILED_EVENT in given.get("event", ())
    return EnrichmentStatus.FAILED if failed else EnrichmentStatus.COMPLETED


def _providers(given: Cells, values: Mapping[str, Any]) -> Iterator[ProviderUse]:
    listed = _first(given, fields.PROVIDERS)
    yield from provider_uses(json_in(listed) if isinstance(listed, str) else listed)
    parts: defaultdict[str, list[str]] = defaultdict(list)
    for name, (cell, *_) in given.items():
        about = _provided(name)
        who = text_of(cell) if about is not None else None
        if who is not None and about is not None:
            parts[_provider_name(who)] += [part for part in about if part in values]
    for who, enriched in parts.items():
        yield ProviderUse(name=who, fields=tuple(dict.fromkeys(enriched)), timestamp="")


def _provided(name: str) -> tuple[str, ...] | None:
    """What ``provider_email`` or ``Work Email Data Provider`` is about; ``None`` for other columns."""
    if name.startswith("provider"):
        return fields.ABOUT.get(name.removeprefix("provider"))
    if name.endswith("provider"):
        return fields.ABOUT.get(name.removesuffix("provider").removesuffix("data"))
    return None


def _provider_name(text: str) -> str:
    """As names are counted: one word in small letters."""
    name = "_".join(text.lower().split())
    return name if is_name(name) else "unknown"
