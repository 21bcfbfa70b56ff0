"""What passes for a plain address is what the library takes, and as the library writes it."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from alpha_swarm.domain.addresses import normal_email

PARTS = st.text("ab09", min_size=1, max_size=3)
LOCALS = st.lists(PARTS, min_size=1, max_size=4).flatmap(
    lambda parts: st.sampled_from([".", "_", "+", "-", "..", "--", "!", "@"]).map(
        lambda sign: sign.join(parts)
    )
)
LABELS = st.lists(PARTS, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from(["-", "--", "_", ""]).map(lambda sign: sign.join(parts))
)
HOSTS = st.tuples(st.lists(LABELS, min_size=1, max_size=3), st.sampled_from(["com", "test", "c", "x1", "9"]))


def by_the_library(text: str) -> str | None:
    """What it makes of the address."""
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None


@given(LOCALS, HOSTS)
@example("a", (["ab--c"], "com"))
@example("a" * 65, (["b"], "com"))
@example("a", (["b" * 64], "com"))
def test_no_short_cut_changes_what_becomes_of_an_address(local: str, host: tuple[list[str], str]) -> None:
    """Nearly all addresses are recognised without the library, which takes many times as long."""
    text = f"{local}@{'.'.join([*host[0], host[1]])}"
    assert normal_email(text) == by_the_library(text)
