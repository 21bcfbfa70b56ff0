"""Every place with personal values, page by page: sealed, opened again, counted, looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Text, and_, bindparam, cast, func, or_, select, tuple_, update

from alpha_swarm.data_keys import is_sealed_letter, letter_key
from alpha_swarm.ledger.messages.approvals import SqlApprovals
from alpha_swarm.ledger.schema.tables import inbox
from alpha_swarm.ledger.sealing.personal_values import MARK, SEALED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Row

    from alpha_swarm.ledger.sealing.key_store import KeyStore
    from alpha_swarm.ledger.session import Session

    Open = Callable[[], AbstractContextManager[Session]]

#: Rows of a commit: others want to write meanwhile.
_PAGE = 500
_MOST_NAMED = 20


class ValuesWalk:
    """Goes over the tables of one ledger."""

    def __init__(self, begin: Open, read: Open, keys: KeyStore | None) -> None:
        self._begin = begin
        self._read = read
        self._keys = keys

    def plain(self) -> int:
        """How many rows have a value that is not sealed."""
        with self._read() as session:
            return sum(
                session.run(select(func.count()).select_from(table).where(_any(table, _plain))).scalar_one()
                for table in SEALED
            )

    def seal(self) -> int:
        """How many rows were sealed."""
        sealed = self.renew_letters()
        with self._begin() as session:
            SqlApprovals(session).write_anew(plain=False)
        for table in SEALED:
            for session, rows in self._pages(table, _plain):
                plain = [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
                _write(session, table, session.closed(table, plain))
                sealed += len(rows)
        return sealed

    def unseal(self) -> int:
        """How many rows were opened for good; those without a key stay as they are."""
        opened = self._open_letters()
        with self._begin() as session:
            SqlApprovals(session).write_anew(plain=True)
        for table in SEALED:
            for session, rows in self._pages(table, _sealed):
                found = session.personal.opened(select(table), rows)
                _write(session, table, [dict(row._mapping) for row in found])  # noqa: SLF001 - the same
                opened += len(found)
        return opened

    def renew_letters(self) -> int:
        """Close under the current key whatever letters are not; how many there were."""
        return self._letters(
            lambda session, row: (
                None
                if is_sealed_letter(row.body) and letter_key(row.body) == self._current
                else session.personal.close_letter(session.personal.letter(row), row.fingerprint)
            )
        )

    def verify(self) -> dict[str, Any]:
        """``rows`` that are sealed, leads ``without_key``, and leads ``refused``, the first of them."""
        number, without_key, refused = 0, set[str](), set[str]()
        for table in SEALED:
            for session, rows in self._pages(table, _sealed, look=True):
                number += len(rows)
                opened = session.personal.opened(select(table), rows)
                if len(opened) < len(rows):
                    bad = _missing(table, rows, opened)
                    known = self._keys.of(bad) if self._keys else {}
                    without_key |= bad - known.keys()
                    refused |= bad & known.keys()
        return {"rows": number, "without_key": len(without_key), "refused": sorted(refused)[:_MOST_NAMED]}

    @property
    def _current(self) -> str | None:
        return self._keys.ring.current if self._keys else None

    def _open_letters(self) -> int:
        return self._letters(
            lambda session, row: session.personal.letter(row) if is_sealed_letter(row.body) else None
        )

    def _letters(self, anew: Callable[[Session, Any], bytes | None]) -> int:
        after, changed = 0, 0
        query = select(inbox.c.id, inbox.c.fingerprint, inbox.c.body).where(inbox.c.body.is_not(None))
        while True:
            with self._begin() as session:
                page = query.where(inbox.c.id > after).order_by(inbox.c.id).limit(_PAGE)
                rows = session.rows(page.with_for_update())
                if not rows:
                    return changed
                bodies = [{"letter": row.id, "anew": anew(session, row)} for row in rows]
                bodies = [one for one in bodies if one["anew"] is not None]
                one = update(inbox).where(inbox.c.id == bindparam("letter"))
                if bodies:
                    session.run(one.values(body=bindparam("anew")), bodies)
                changed += len(bodies)
                after = rows[-1].id

    def _pages(
        self,
        table: Table,
        wanted: Callable[[ColumnElement[Any]], ColumnElement[bool]],
        *,
        look: bool = False,
    ) -> Iterator[tuple[Session, Sequence[Row[Any]]]]:
        """Whole rows, each page in a transaction that has them locked, unless it is for a look alone."""
        own = tuple_(*table.primary_key.columns)
        query = select(table).where(_any(table, wanted)).order_by(*table.primary_key.columns).limit(_PAGE)
        page = query
        while True:
            with self._read() if look else self._begin() as session:
                rows = session.rows(page if look else page.with_for_update())
                if rows:
                    yield session, rows
            if len(rows) < _PAGE:
                return
            page = query.where(own > tuple(getattr(rows[-1], one.name) for one in table.primary_key.columns))


def _any(table: Table, wanted: Callable[[ColumnElement[Any]], ColumnElement[bool]]) -> ColumnElement[bool]:
    return or_(*(wanted(table.c[name]) for name in SEALED[table]))


def _mark(column: ColumnElement[Any]) -> str:
    return f'"{MARK}' if isinstance(column.type, JSON) else MARK


def _sealed(column: ColumnElement[Any]) -> ColumnElement[bool]:
    mark = _mark(column)
    return func.substr(cast(column, Text), 1, len(mark)) == mark


def _plain(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(column.is_not(None), ~_sealed(column), cast(column, Text) != "null")


def _write(session: Session, table: Table, rows: Sequence[Any]) -> None:
    """The sealed columns of these rows."""
    keys = [one.name for one in table.primary_key.columns]
    one = update(table).where(*(table.c[name] == bindparam(f"of_{name}") for name in keys))
    values: dict[str, Any] = {name: bindparam(name) for name in SEALED[table]}
    named = [{**row, **{f"of_{name}": row[name] for name in keys}} for row in rows]
    chosen = [*values, *(f"of_{name}" for name in keys)]
    if named:
        session.run(one.values(values), [{name: row[name] for name in chosen} for row in named])


def _missing(table: Table, rows: Sequence[Row[Any]], opened: Sequence[Row[Any]]) -> set[str]:
    keys = [one.name for one in table.primary_key.columns]
    there = {tuple(getattr(row, name) for name in keys) for row in opened}
    return {row.lead_id for row in rows if tuple(getattr(row, name) for name in keys) not in there}
