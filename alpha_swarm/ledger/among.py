"""``column = one of many ids``, as one parameter however many there are.

An ``IN`` with a parameter for each id costs more time than the query that it belongs to.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import ARRAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.engine import Dialect
    from sqlalchemy.sql.compiler import SQLCompiler
    from sqlalchemy.types import TypeEngine


def among(column: ColumnElement[Any], ids: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column holds one of these."""
    return _Among(column, bindparam(None, list(ids), type_=_Ids(), unique=True))


class _Ids(TypeDecorator[Any]):
    """A list of texts: an array for PostgreSQL, a text in JSON for SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As each database takes it."""
        own: TypeEngine[Any] = ARRAY(Text()) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The same."""
        return value if dialect.name == "postgresql" else json.dumps(value)


class _Among(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it stands: a comparison, as SQLAlchemy has it for SQLite, would make no use of an index."""
        del against
        return self


@compiles(_Among, "sqlite")
def _sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - the compiler's own texts


@compiles(_Among, "postgresql")
def _postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({ids})"
