"""Instantly's leads, and counters that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alpha_swarm.sandbox.instantly.leads import Leads, Target
from tests.sandbox.client import CAMPAIGN, Client

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAD = {"email": "m@firm.example", "custom_variables": {"icp_score": 95, "icp_tier": "Tier 1"}}


def _add(sandbox: Client, *emails: str, **more: Any) -> dict[str, Any]:
    body = {"campaign_id": CAMPAIGN, "leads": [{"email": email} for email in emails]} | more
    answer: dict[str, Any] = sandbox.instantly("POST", "/leads/add", body).json()
    return answer


def test_a_repeat_with_skip_if_in_campaign_is_harmless(sandbox: Client) -> None:
    """What is there already is counted as skipped and is not among the created ones."""
    first = _add(sandbox, "a@firm.example", "b@firm.example", skip_if_in_campaign=True)
    again = _add(sandbox, "A@firm.example", "c@firm.example", skip_if_in_campaign=True)
    assert [lead["index"] for lead in first["created_leads"]] == [0, 1]
    assert [(lead["index"], lead["email"]) for lead in again["created_leads"]] == [(1, "c@firm.example")]
    assert (again["skipped_count"], again["leads_uploaded"]) == (1, 1)
    assert sandbox.ledger()["instantly"]["leads"] == 3


def test_each_kind_of_refusal_has_its_counter(sandbox: Client) -> None:
    """Block list, duplicate in the request, bad address, already in the campaign."""
    sandbox.instantly("POST", "/block-lists-entries", {"bl_value": "blocked.example"})
    _add(sandbox, "a@firm.example")
    answer = _add(sandbox, "a@firm.example", "b@firm.example", "b@firm.example", "x", "y@blocked.example")
    assert answer["duplicated_leads"] == 1
    assert answer["duplicate_email_count"] == 1
    assert answer["invalid_email_count"] == 1
    assert answer["in_blocklist"] == 1
    assert answer["leads_uploaded"] == 1


_EMAILS = st.sampled_from(["a@x.example", "b@x.example", "B@x.example", "bad", "", "c@blocked.example"])


@given(requests=st.lists(st.lists(_EMAILS, min_size=1, max_size=8), max_size=4), skip=st.booleans())
def test_the_counters_add_up_to_what_was_sent(requests: list[list[str]], *, skip: bool) -> None:
    """Every lead falls under exactly one counter, and the created ones are those uploaded."""
    leads = Leads()
    leads.blocked.add("blocked.example")
    for emails in requests:
        sent = [{"email": email} for email in emails]
        upload = leads.upload(Target("campaign", CAMPAIGN), sent, {"skip_if_in_campaign": skip}, "now")
        assert upload.counts.total() == len(emails)
        assert upload.counts["leads_uploaded"] == len(upload.created)
    assert leads.shared_emails() == 0


@pytest.mark.parametrize(
    "body",
    [
        {"leads": [_LEAD]},
        {"leads": [_LEAD], "campaign_id": CAMPAIGN, "list_id": CAMPAIGN},
        {"leads": [_LEAD], "campaign_id": "first"},
        {"leads": [], "campaign_id": CAMPAIGN},
        {"leads": [_LEAD] * 1001, "campaign_id": CAMPAIGN},
        {"leads": [_LEAD | {"title": "CRO"}], "campaign_id": CAMPAIGN},
        {"leads": [{"email": 7}], "campaign_id": CAMPAIGN},
        {"leads": [_LEAD | {"custom_variables": {"tech": ["Gong"]}}], "campaign_id": CAMPAIGN},
        {"leads": [_LEAD], "campaign_id": CAMPAIGN, "skip_if_in_campaign": "yes"},
        {"leads": [_LEAD], "campaign_id": CAMPAIGN, "campaign": CAMPAIGN},
    ],
)
def test_a_body_that_does_not_fit_is_refused(sandbox: Client, body: dict[str, Any]) -> None:
    """Also where the published contract is silent: both targets or neither."""
    answer = sandbox.instantly("POST", "/leads/add", body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "Bad Request"


def test_leads_are_found_by_email_in_pages(sandbox: Client) -> None:
    """`contacts` filters, `starting_after` goes on until there is no next page."""
    _add(sandbox, *(f"p{number}@firm.example" for number in range(5)))
    wanted = [f"P{number}@firm.example" for number in range(4)]
    body = {"contacts": wanted, "campaign": CAMPAIGN, "limit": 3}
    first = sandbox.instantly("POST", "/leads/list", body).json()
    rest = sandbox.instantly(
        "POST", "/leads/list", body | {"starting_after": first["next_starting_after"]}
    ).json()
    found = [lead["email"] for lead in first["items"] + rest["items"]]
    assert found == [email.lower() for email in wanted]
    assert "next_starting_after" not in rest
    assert sandbox.instantly("POST", "/leads/list", {"limit": 101}).status_code == 400


def test_a_lead_is_read_changed_and_deleted(sandbox: Client) -> None:
    """DELETE gives the lead back, then it is unknown."""
    lead = f"/leads/{_add(sandbox, 'm@firm.example')['created_leads'][0]['id']}"
    assert sandbox.instantly("PATCH", lead, {"job_title": "CRO"}).json()["job_title"] == "CRO"
    assert sandbox.instantly("PATCH", lead, {"email": "n@firm.example"}).status_code == 400
    assert sandbox.instantly("DELETE", lead).json()["email"] == "m@firm.example"
    assert sandbox.instantly("GET", lead).status_code == 404


def test_unknown_keys_and_campaigns_are_refused(start: Callable[..., Client]) -> None:
    """A configured set of either is closed."""
    sandbox = start(instantly_api_keys=frozenset({"key"}), instantly_campaign_ids=frozenset({CAMPAIGN}))
    other = CAMPAIGN.replace("3f", "4f")
    assert sandbox.instantly("GET", "/campaigns", headers={"Authorization": "Bearer no"}).status_code == 401
    assert sandbox.instantly("GET", f"/campaigns/{other}").status_code == 404
    assert _add(sandbox, "m@firm.example", campaign_id=other)["statusCode"] == 404
    listed = sandbox.instantly("GET", "/campaigns").json()["items"]
    assert [campaign["id"] for campaign in listed] == [CAMPAIGN]
