"""Secrets at rest."""

from __future__ import annotations

import pytest

from alpha_swarm.errors import ConfigurationError
from alpha_swarm.sealing import Seal, is_sealed

KEY = b"a key for tests"


def test_what_was_sealed_is_opened_with_the_same_key_for_the_same_use() -> None:
    """In another process, too: nothing but the key is needed."""
    sealed = Seal(KEY, "tokens").close("secret ✓")
    assert is_sealed(sealed)
    assert "secret" not in sealed
    assert Seal(KEY, "tokens").open(sealed) == "secret ✓"


def test_the_same_text_is_never_sealed_twice_alike() -> None:
    """Nobody sees that two secrets are the same."""
    seal = Seal(KEY, "tokens")
    assert seal.close("secret") != seal.close("secret")


@pytest.mark.parametrize("other", [Seal(b"another", "tokens"), Seal(KEY, "addresses")])
def test_another_key_and_another_use_open_nothing_and_say_what_to_do(other: Seal) -> None:
    """In one line, without the secret."""
    with pytest.raises(ConfigurationError, match="another ALPHA_SWARM_KEY: set that one again"):
        other.open(Seal(KEY, "tokens").close("secret"))


@pytest.mark.parametrize("text", ["", "plain", "sealed:1:", "sealed:1:AAAA", "sealed:1:ä"])
def test_what_was_never_sealed_is_not_opened(text: str) -> None:
    """Whatever somebody wrote there."""
    with pytest.raises(ConfigurationError):
        Seal(KEY, "tokens").open(text)


def test_a_changed_text_is_not_opened() -> None:
    """A seal that was broken says so."""
    sealed = Seal(KEY, "tokens").close("secret")
    with pytest.raises(ConfigurationError):
        Seal(KEY, "tokens").open(sealed[:-6] + "AAAAA=")
