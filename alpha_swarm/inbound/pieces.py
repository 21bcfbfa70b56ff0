"""A delivery in pieces: one for each event, with the key by which its repetition is known."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson

from alpha_swarm.domain import foreign_json
from alpha_swarm.errors import GiveUpError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Pieces = dict[str, bytes]
"""Key → body."""


class UnfitDelivery(GiveUpError):  # noqa: N818 - reads as the verdict it is
    """It is not of the sender's shape; ``pieces`` is what can be kept of it for a person to look at."""

    def __init__(self, pieces: Mapping[str, bytes]) -> None:
        super().__init__("the delivery has not the sender's shape", cause="unreadable")
        self.pieces = pieces


def digest(body: bytes) -> str:
    """The key of what has none."""
    return hashlib.sha256(body).hexdigest()


def read_json(body: bytes) -> Any:
    """The document.

    Raises:
        UnfitDelivery: it is no JSON in UTF-8, or nested beyond reason.
    """
    try:
        return foreign_json.read_json(body)
    except ValueError:
        raise UnfitDelivery({digest(body): body}) from None


def cut(body: bytes, events: Iterable[Any], key: Callable[[Mapping[str, Any]], str | None]) -> Pieces:
    """One piece an event; what names no key is known by its bytes.

    Raises:
        UnfitDelivery: an event is no object.
    """
    pieces: Pieces = {}
    try:
        for event in events:
            if not isinstance(event, dict):
                raise UnfitDelivery({digest(body): body})
            piece = orjson.dumps(event)
            pieces[key(event) or digest(piece)] = piece
    except orjson.JSONEncodeError:
        # Deeper than can be written again.
        raise UnfitDelivery({digest(body): body}) from None
    return pieces


def read_piece(body: bytes) -> dict[str, Any]:
    """A letter as an object.

    Raises:
        GiveUpError: it is none.
    """
    document = read_json(body)
    if not isinstance(document, dict):
        raise GiveUpError("the letter is no object", cause="unreadable")
    return document
