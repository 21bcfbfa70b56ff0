"""Systems are asked what they hold; one that does not answer is named, and the rest is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.privacy.rights import Identifiers
from alpha_swarm.errors import (
    AlphaSwarmError,
    ConfigurationError,
    CredentialsRefusedError,
    GiveUpError,
    NotReadyError,
    UnavailableError,
)
from alpha_swarm.pipeline.privacy.access import Inquiry
from tests.doubles import StillClock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WHO = Identifiers(emails=("ada@works.example",), records={"ghl": ("g1",), "salesforce": ("00Q1",)})
RECORD = {"id": "g1", "email": "ada@works.example"}


class System:
    """Fails as often as it is told to, then answers."""

    def __init__(self, *errors: AlphaSwarmError) -> None:
        self.errors = list(errors)

    def known(self, who: Identifiers) -> Sequence[Mapping[str, Any]]:
        """One record."""
        assert who is WHO
        if self.errors:
            raise self.errors.pop(0)
        return [RECORD]


@pytest.mark.parametrize(
    "error",
    [
        CredentialsRefusedError("hubspot refuses the key"),
        GiveUpError("hubspot cannot be asked", cause="not_supported"),
        ConfigurationError("HUBSPOT_ACCESS_TOKEN: not set"),
        NotReadyError("Redis is out of reach"),
    ],
)
def test_one_that_does_not_answer_keeps_back_no_other(error: AlphaSwarmError) -> None:
    asked = Inquiry(
        {"ghl": System().known, "hubspot": System(error).known, "salesforce": System().known}, StillClock()
    ).ask(WHO)
    assert asked.held == {"ghl": [RECORD], "salesforce": [RECORD]}
    (missing,) = asked.missing
    assert (missing["system"], missing["why"]) == ("hubspot", str(error))
    assert "doctor" in missing["remedy"]


def test_trouble_that_passes_is_waited_for_and_other_trouble_is_not() -> None:
    once, always = UnavailableError("away"), [UnavailableError("away")] * 9
    asked = Inquiry({"ghl": System(once).known, "salesforce": System(*always).known}, StillClock()).ask(WHO)
    assert asked.held == {"ghl": [RECORD]}
    assert [one["system"] for one in asked.missing] == ["salesforce"]


def test_a_system_that_is_configured_no_more_is_named_with_the_ids_to_ask_by() -> None:
    asked = Inquiry({"ghl": System().known}, StillClock()).ask(WHO)
    (missing,) = asked.missing
    assert (missing["system"], missing["remedy"]) == ("salesforce", "00Q1")
