"""Every mistake in a policy's file is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from alpha_swarm.domain.policy.book import OnForbidden
from alpha_swarm.errors import MistakesError
from tests.unit.domain.policy.policies import PACKAGED, policy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("forbiden: []", "line 1: forbiden: is no key of a privacy policy; mend its spelling or remove it"),
        ("on_forbidden: drop", "line 1: on_forbidden: must be 'strip' or 'refuse'"),
        ("forbidden: [{fields: [ssn]}]", "line 1: forbidden[1].reason: is missing; add it"),
        ("forbidden:\n- {fields: [], reason: x}", "line 2: forbidden[1].fields: must not be empty"),
        (
            "forbidden:\n- fields:\n  - source_name\n  reason: x",
            (
                "line 3: forbidden[1].fields[1]: source_name is needed to say where data came from; take it"
                " out of the list"
            ),
        ),
        (
            "forbidden: [{fields: [s*], reason: x}]",
            "line 1: forbidden[1].fields[1]: s* would meet nearly every field; write at least 3 letters",
        ),
        (
            "forbidden: [{fields: [source*], reason: x}]",
            (
                "line 1: forbidden[1].fields[1]: source* meets a field that says where data came from;"
                " write the names out"
            ),
        ),
        (
            "forbidden: [{fields: [linkedin_url, email], reason: x}]",
            "line 1: forbidden: keeps out every lead: leave linkedin_url or email in",
        ),
        (
            "consent: [{fields: [fone]}]",
            "line 1: consent[1].fields[1]: fone is no field of a lead; write phone",
        ),
        ("targets: {hubspot: {}}", "line 1: targets.hubspot: must say either only: [...] or never: [...]"),
        (
            "targets: {instantly: {never: [email]}}",
            (
                "line 1: targets.instantly: leaves instantly nothing to know persons by; leave it email_work"
                " or email_personal"
            ),
        ),
        ("targets: {ghl: {only: [phone]}, ghl: {only: [email]}}", "line 1: ghl stands there twice; keep one"),
    ],
)
def test_a_mistake_is_one_line_with_its_place_and_its_remedy(text: str, said: str) -> None:
    with pytest.raises(MistakesError) as caught:
        policy(text)
    assert str(caught.value) == f"privacy.yaml, {said}"


def test_the_example_of_the_handbook_holds() -> None:
    handbook = Path("docs/operations.md").read_text(encoding="utf-8")
    (example,) = [text for text in handbook.split("```yaml\n") if text.startswith("on_forbidden")]
    shown = policy(example.partition("```")[0])
    assert shown.refuses
    assert shown.bars("Home Address Line 1")
    assert set(shown.consent_fields) == {"phone", "email_personal"}


def test_a_section_that_is_left_out_is_the_packaged_one() -> None:
    own = policy("on_forbidden: refuse")
    assert own.book.on_forbidden is OnForbidden.REFUSE
    assert own.book.forbidden == PACKAGED.book.forbidden
    assert policy("forbidden: []").book.forbidden == ()
