"""Texts as people write them into files of settings, one or several."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field


def require(holds: bool, remedy: str) -> None:  # noqa: FBT001 - the claim itself
    """Say what to write instead, unless it holds.

    Raises:
        ValueError: with the remedy.
    """
    if not holds:
        raise ValueError(remedy)


def no_switch(value: Any) -> Any:
    """Norway's code, unquoted, is the word for false."""
    require(not isinstance(value, bool), "is yes or no as YAML reads it; put the word in quotes")
    return value


def text(value: Any) -> Any:
    """A text without blanks at its ends."""
    require(isinstance(no_switch(value), str), "must be a text; put it in quotes")
    return value.strip()


def listed(value: Any) -> Any:
    """One stands for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


def some(value: Any) -> Any:
    """Whatever may be left out, but not empty."""
    require(value is None or len(value) > 0, "must not be empty")
    return value


Text = Annotated[str, BeforeValidator(text), Field(min_length=1, max_length=200)]
Name = Annotated[str, BeforeValidator(text), Field(min_length=1, max_length=60)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed), AfterValidator(some)]
