"""What is sealed opens again with its key and at its place, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.data_keys import KEY_BYTES, DataKey, KeyRing, is_sealed_letter, read_key
from alpha_swarm.errors import ConfigurationError, TamperedError

KEYS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)


@given(KEYS, st.binary(), st.text())
def test_a_value_opens_at_its_place(key: bytes, plain: bytes, place: str) -> None:
    sealed = DataKey(key).close(plain, place)
    assert DataKey(key).open(sealed, place) == plain
    assert len(plain) < 8 or plain not in sealed


@given(KEYS, st.binary(), st.text(), st.data())
def test_no_bit_of_it_can_be_changed(key: bytes, plain: bytes, place: str, data: st.DataObject) -> None:
    sealed = bytearray(DataKey(key).close(plain, place))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(TamperedError):
        DataKey(key).open(bytes(sealed), place)


@given(KEYS, KEYS, st.binary(), st.text(), st.text(), st.integers(0, 27))
def test_neither_elsewhere_nor_with_another_key_nor_cut_short(
    key: bytes, other: bytes, plain: bytes, place: str, elsewhere: str, length: int
) -> None:
    sealed = DataKey(key).close(plain, place)
    for opener, where, text in (
        (key, elsewhere, sealed),
        (other, place, sealed),
        (key, place, sealed[:length]),
    ):
        if (opener, where) != (key, place) or text != sealed:
            with pytest.raises(TamperedError):
                DataKey(opener).open(text, where)


@given(st.lists(KEYS, min_size=1, max_size=4, unique=True), KEYS, st.text(), st.binary())
def test_what_any_key_of_the_ring_closed_the_ring_opens(
    keys: list[bytes], data_key: bytes, name: str, body: bytes
) -> None:
    """The first one closes; an installation without the key says so."""
    for first in keys:
        closing, opening = KeyRing([first]), KeyRing(keys)
        wrapped, letter = closing.wrap(data_key, name), closing.close_letter(body, name)
        assert opening.unwrap(wrapped, closing.current, name) == data_key
        assert is_sealed_letter(letter)
        assert opening.open_letter(letter, name) == body
        with pytest.raises(TamperedError):
            opening.unwrap(wrapped, closing.current, f"{name}!")
        with pytest.raises(TamperedError):
            opening.open_letter(letter, f"{name}!")
        rest = [key for key in keys if key != first]
        if rest:
            with pytest.raises(ConfigurationError, match="ENCRYPTION_KEYS"):
                KeyRing(rest).open_letter(letter, name)


@pytest.mark.parametrize("text", ["ab" * 32, "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=", "AB" * 32])
def test_a_key_is_written_in_hexadecimal_digits_or_base64(text: str) -> None:
    assert read_key(text) == b"\xab" * 32


@pytest.mark.parametrize("text", ["", "short", "ab" * 31, "ab" * 33, "not base64 at all!", "é" * 43])
def test_whatever_else_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="must be 32 bytes") as refused:
        read_key(text)
    assert not text or text not in str(refused.value)
