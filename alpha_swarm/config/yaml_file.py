"""A file of settings in YAML, read so that every mistake is told with its line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import ValidationError
from yaml import MappingNode, SafeLoader, ScalarNode, SequenceNode

from alpha_swarm.errors import ConfigurationError, MistakesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from yaml import Node

    from alpha_swarm.domain.tables import AnyTable

_PLAIN_WORDS = {
    "missing": "is missing; add it",
    "model_type": "must be a block of keys and values",
    "dict_type": "must be a block of keys and values",
    "tuple_type": "must be a list",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "too_long": "is too long; shorten it",
    "string_too_long": "is too long; shorten it",
    "recursion_loop": "holds itself; write it out",
    "string_pattern_mismatch": "must be an id of letters, digits and any of -_.:~",
    "bool_type": "must be true or false",
}


def read_table_of(
    kind: type[AnyTable],
    text: str,
    name: str,
    what: str,
    mistakes: Callable[[AnyTable], Iterable[tuple[Sequence[str | int], str]]],
) -> AnyTable:
    """The table in a file called ``name``, which is a ``what``; ``mistakes`` looks at one of the right shape.

    Raises:
        MistakesError: a line for each mistake, with its place in the file and the remedy.
        ConfigurationError: it is no YAML.
    """
    root, data, twice = _parsed(text, name)
    wrong = [(line, f"{key} stands there twice; keep one") for line, key in twice]
    table: AnyTable | None = None
    try:
        table = kind.model_validate(data)
    except ValidationError as error:
        wrong += [_told(root, one["loc"], _remedy(one["type"], one["msg"], what)) for one in error.errors()]
    else:
        wrong += [_told(root, place, remedy) for place, remedy in mistakes(table)]
    if table is None or wrong:
        raise MistakesError([f"{name}, line {line}: {said}" for line, said in sorted(set(wrong))])
    return table


@contextmanager
def _loading(text: str) -> Iterator[SafeLoader]:
    loader = SafeLoader(text)
    try:
        yield loader
    finally:
        loader.dispose()


def _parsed(text: str, name: str) -> tuple[Node | None, Any, Sequence[tuple[int, str]]]:
    """The text as nodes that know their lines, as plain data, and the keys that stand there twice."""
    try:
        with _loading(text) as loader:
            root = loader.get_single_node()
            # Before it is made data: that writes what is merged in among a block's own keys.
            twice = list(_twice(root, set()))
            return root, loader.construct_document(root) if root is not None else None, twice
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(
            f"{name}, line {line}: is no YAML ({error.problem}); mend the line or the one above"
        ) from None
    except ValueError:
        raise ConfigurationError(f"{name}: holds a date or number that cannot be; put it in quotes") from None
    except yaml.YAMLError:
        raise ConfigurationError(f"{name}: holds a character that YAML does not know; remove it") from None
    except RecursionError:
        raise ConfigurationError(
            f"{name}: is nested too deeply; no setting takes more than five levels"
        ) from None


def _told(root: Node | None, place: Sequence[str | int], remedy: str) -> tuple[int, str]:
    node, known = _deepest(root, place)
    path = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in known).lstrip(".")
    return (node.start_mark.line + 1 if node else 1), f"{path or 'the file'}: {remedy}"


def _deepest(root: Node | None, place: Sequence[str | int]) -> tuple[Node | None, list[str | int]]:
    """The innermost node on the way that the file has, and the way as far as people would call it that."""
    node, known = root, list[str | int]()
    for part in place:
        below = _child(node, part)
        if below is None:
            # A key that is missing is named; what validation calls its parts is not.
            return node, [*known, part] if isinstance(node, MappingNode) and isinstance(part, str) else known
        node = below
        known.append(part)
    return node, known


def _child(node: Node | None, part: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        below: Node = node.value[part]
        return below
    return None


def _twice(node: Node | None, visited: set[Node]) -> Iterator[tuple[int, str]]:
    """Keys of which YAML would keep the last and drop the others in silence.

    A part that is referred to is gone through once: it may be referred to very often, even from within.
    """
    if node is None or node in visited:
        return
    visited.add(node)
    if isinstance(node, SequenceNode):
        for one in node.value:
            yield from _twice(one, visited)
    if isinstance(node, MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                if key.value in seen:
                    yield key.start_mark.line + 1, key.value
                seen.add(key.value)
            yield from _twice(value, visited)


def _remedy(kind: str, message: str, what: str) -> str:
    if kind == "extra_forbidden":
        return f"is no key of a {what}; mend its spelling or remove it"
    text = message.removeprefix("Value error, ").replace("Input should", "must", 1)
    return _PLAIN_WORDS.get(kind, text)
