"""Personal values as the ledger keeps them: sealed for their place where there are keys, plain where not."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import structlog
from sqlalchemy import select
from sqlalchemy.engine import result_tuple

from alpha_swarm.data_keys import is_sealed_letter
from alpha_swarm.errors import ConfigurationError, TamperedError
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.crm import changes, syncs
from alpha_swarm.ledger.schema.tables import leads, persons, sightings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from sqlalchemy import Select, Table
    from sqlalchemy.engine import Connection, Row

    from alpha_swarm.data_keys import DataKey
    from alpha_swarm.ledger.sealing.key_store import KeyStore

log = structlog.get_logger(__name__)

#: By this a sealed value is told from a plain one: no JSON object begins so, and no address.
MARK = "sealed:2:"
#: Table → its columns that hold a person's values; each row has the person's ``lead_id``.
SEALED: Mapping[Table, tuple[str, ...]] = {
    persons: ("input", "enrichment", "score", "pins"),
    sightings: ("source_url",),
    changes: ("before", "after"),
    syncs: ("deal", "granted"),
}
WITHOUT_KEYS = (
    "values in the ledger are sealed, and no key is set:"
    " set ENCRYPTION_KEYS or ENCRYPTION_KEYS_FILE to the key that they were sealed with"
)

#: Ids in one line of the log.
_MOST_NAMED = 5


class _Place(NamedTuple):
    """A sealed column in the rows of a query."""

    at: int
    owner: int
    """Where in the row the person's id stands."""
    name: str


class PersonalValues:
    """Closes values on their way into the ledger and opens them on their way out; without keys neither."""

    def __init__(self, keys: KeyStore | None) -> None:
        self._keys = keys

    @property
    def seals(self) -> bool:
        """Whether values are sealed."""
        return self._keys is not None

    def closed(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], owner: str
    ) -> Sequence[Mapping[str, Any]]:
        """The keys are durable when this returns, so nothing is committed that nobody could open.

        Raises:
            TamperedError: somebody's key is gone, and a second one would hide that.
        """
        if self._keys is None or table not in SEALED:
            return rows
        columns = SEALED[table]
        owners = {row[owner] for row in rows if any(row.get(name) is not None for name in columns)}
        keys = self._made(connection, self._keys, owners)
        return [{**row, **dict(_sealed(table, row, row[owner], keys))} for row in rows]

    def _found(self, owners: Collection[str]) -> Mapping[str, DataKey]:
        if not owners:
            return {}
        if self._keys is None:
            raise ConfigurationError(WITHOUT_KEYS)
        keys = self._keys.of(owners)
        if len(keys) < len(owners):
            log.warning("values_without_key", leads=sorted(set(owners) - keys.keys())[:_MOST_NAMED])
        return keys

    @staticmethod
    def _made(connection: Connection, keys: KeyStore, owners: set[str]) -> Mapping[str, DataKey]:
        known = keys.of(owners)
        missing = owners - known.keys()
        if not missing:
            return known
        query = select(persons.c.lead_id, persons.c.input).where(among(persons.c.lead_id, missing))
        for row in connection.execute(query):
            if is_sealed(row.input):
                raise TamperedError(f"the data key of lead {row.lead_id} is gone: put back the newest copy")
        return {**known, **keys.made(missing)}

    def opened(self, query: Select[Any], rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
        """The rows of a query; a row whose key is gone, or that somebody changed, is as good as not there."""
        places = _places(query) if rows else []
        owners = {row[one.owner] for row in rows for one in places if is_sealed(row[one.at])}
        if not owners:
            return rows
        keys = self._found(owners)
        make = result_tuple(rows[0]._fields)
        found = (_opened(row, places, keys) for row in rows)
        return [make(values) for values in found if values is not None]

    def closed_each(self, connection: Connection, where: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Lead id → value, where the values of several leads stand in one row."""
        if self._keys is None:
            return values
        keys = self._made(connection, self._keys, set(values))
        return {key: _close(value, keys[key], f"{where} of {key}") for key, value in values.items()}

    def opened_each(self, where: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The same, opened."""
        shut = {key: value for key, value in values.items() if is_sealed(value)}
        keys = self._found(shut.keys())
        opened = {key: _unsealed(value, keys.get(key), f"{where} of {key}") for key, value in shut.items()}
        return {key: value for key, value in {**values, **opened}.items() if value is not None}

    def close_letter(self, body: bytes, mark: str) -> bytes:
        """A webhook's body, which belongs to nobody yet."""
        return body if self._keys is None else self._keys.ring.close_letter(body, mark)

    def letter(self, row: Row[Any]) -> bytes:
        """The body of a row of the inbox that has one; empty where nobody can open it.

        Then it is put aside as what cannot be read, and holds up no other.
        """
        body = bytes(row.body)
        if self._keys is None or not is_sealed_letter(body):
            return body
        try:
            return self._keys.ring.open_letter(body, row.fingerprint)
        except (TamperedError, ConfigurationError):
            log.warning("letter_refused", letter=row.id)
            return b""


def is_sealed(value: Any) -> bool:
    """Whether it was sealed."""
    return isinstance(value, str) and value.startswith(MARK)


def _sealed(
    table: Table, row: Mapping[str, Any], lead_id: str, keys: Mapping[str, DataKey]
) -> Iterator[tuple[str, str]]:
    for name in SEALED[table]:
        value = row.get(name)
        if value is not None and not is_sealed(value):
            yield name, _close(value, keys[lead_id], f"{table.name}.{name} of {lead_id}")


def _close(value: Any, key: DataKey, where: str) -> str:
    """``where`` says whose it is, and its place: moved to another one it does not open."""
    return MARK + urlsafe_b64encode(key.close(orjson.dumps(value), where)).decode()


def _unsealed(value: str, key: DataKey | None, where: str) -> Any:
    """``None`` where it cannot be opened."""
    if key is None:
        return None
    try:
        return orjson.loads(key.open(urlsafe_b64decode(value.removeprefix(MARK)), where))
    except (TamperedError, ValueError):
        log.warning("sealed_value_refused", where=where)
        return None


def _opened(row: Row[Any], places: Sequence[_Place], keys: Mapping[str, DataKey]) -> list[Any] | None:
    values = list(row)
    for one in places:
        if is_sealed(values[one.at]):
            lead_id = row[one.owner]
            values[one.at] = _unsealed(values[one.at], keys.get(lead_id), f"{one.name} of {lead_id}")
            if values[one.at] is None:
                return None
    return values


def _places(query: Select[Any]) -> list[_Place]:
    """Where in a query's rows sealed columns stand."""
    columns: list[Any] = [getattr(column, "element", column) for column in query.selected_columns]
    found: list[_Place] = []
    for at, column in enumerate(columns):
        table: Any = getattr(column, "table", None)
        if table in SEALED and column.name in SEALED[table]:
            # Whoever reads values says whose they are.
            owner = next(at for at, one in enumerate(columns) if one.name == "lead_id" or one is leads.c.id)
            found.append(_Place(at, owner, f"{table.name}.{column.name}"))
    return found
