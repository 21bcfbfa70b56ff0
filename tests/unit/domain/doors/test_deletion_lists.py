"""Lists of hashes, as California's DROP delivers them; its own examples are the proof."""

from __future__ import annotations

import pytest

from alpha_swarm.domain.doors.deletion_lists import DropList, digest_of
from alpha_swarm.errors import UserError

#: Published with the format: what stands there, and what it is hashed to.
ANNA = "KA18MT/ph6IHYjzT9zwETySDQyvSh87YuoSBpOQtkhE="
PHONE = "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E="
ABROAD = "ptzVkgbv9DonwvPCHmXmJ2SEOaolSh37z3ZzY/Gmm+U="


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("email:Anna.Smith@Domain.com", f"email_sha256:{ANNA}"),
        ("phone:+1(415)555-9317", f"phone_sha256:{PHONE}"),
        ("phone:+84901234567", f"phone_sha256:{ABROAD}"),
        ("linkedin:anna-smith", None),
    ],
)
def test_a_name_is_hashed_as_the_published_examples_are(name: str, digest: str | None) -> None:
    assert digest_of(name) == digest


@pytest.mark.parametrize("heading", [["ID", "Hash"], ["note", "hash", "id"]])
def test_a_row_names_somebody_by_the_kind_in_the_file_s_name(heading: list[str]) -> None:
    """In whichever order the columns stand; what is no hash names nobody."""
    found = DropList.of("20260312_4821_Email_part01.csv", heading)
    assert found is not None
    row = {"id": "A7kP2xQ9Lm4R", "hash": ANNA, "note": "x"}
    who = found.who([row[one.lower()] for one in heading])
    assert who is not None
    assert (who.names, found.withdrawn) == ((f"email_sha256:{ANNA}",), False)
    assert found.who(["", ""]) is None
    assert found.who([]) is None


def test_requests_that_were_withdrawn_say_by_what_in_a_column() -> None:
    found = DropList.of("20260312_4821_Removed.csv", ["ID", "Hash", "ListType"])
    assert found is not None
    who = found.who(["A7kP2xQ9Lm4R", PHONE, "Phone"])
    assert who is not None
    assert (who.names, found.withdrawn) == ((f"phone_sha256:{PHONE}",), True)
    assert found.who(["A7kP2xQ9Lm4R", PHONE, "NDZ"]) is None


def test_another_list_is_read_another_way() -> None:
    assert DropList.of("list.csv", ["name", "email"]) is None


@pytest.mark.parametrize("name", ["20260312_4821_NDZ.csv", "mine.csv"])
def test_a_list_by_which_nobody_can_be_found_is_refused(name: str) -> None:
    """Rather than to say that nobody on it is here."""
    with pytest.raises(UserError):
        DropList.of(name, ["ID", "Hash"])
