"""What an enrichment finds and what it costs."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.client import Client

_EMAIL = re.compile(r"[a-z0-9.]+@[a-z]+\.example")


def test_an_accepted_call_shows_in_progress_at_once(start: Callable[..., Client]) -> None:
    """A look-up right after the answer sees that the call took effect."""
    sandbox = start(enrich_seconds=(60.0, 60.0))
    table = sandbox.table()
    ids = sandbox.add(table, 2)
    answer = sandbox.clay("POST", f"{table}/enrich", {"row_ids": [*ids, "row_gone"]})
    assert answer.status_code == 202
    assert [row.get("enrichment_status") for row in answer.json()["rows"]] == [
        "in_progress",
        "in_progress",
        None,
    ]
    assert answer.json()["rows"][2]["error"] == "row not found"
    assert sandbox.clay("GET", f"{table}/rows/{ids[0]}").json()["enrichment_status"] == "in_progress"


def test_every_accepted_call_charges_again(sandbox: Client) -> None:
    """Two calls for one row cost twice what the row says that it used."""
    table = sandbox.table()
    ids = sandbox.add(table, 1)
    sandbox.enrich(table, ids)
    sandbox.enriched(table, ids)
    sandbox.enrich(table, ids)
    rows = sandbox.enriched(table, ids)
    clay = sandbox.ledger(detail=True)["clay"]
    assert clay["enrichments"] == 2
    assert clay["rows_enriched_more_than_once"] == 1
    assert clay["credits"] == 2 * rows[0]["credits_used"] == clay["row_list"][0]["credits"]


def test_credits_that_do_not_suffice_refuse_the_whole_call(start: Callable[..., Client]) -> None:
    """403 names what is left and when it is refilled; nothing is started or charged."""
    sandbox = start(credits_available=20.0)
    table = sandbox.table()
    ids = sandbox.add(table, 30)
    answer = sandbox.clay("POST", f"{table}/enrich", {"row_ids": ids})
    assert answer.status_code == 403
    error = answer.json()["error"]
    assert error["code"] == "quota_exceeded"
    assert error["quota_remaining"] == 20.0
    assert "resets_at" in error
    assert sandbox.ledger()["clay"]["enrichments"] == 0


def _people(sandbox: Client, count: int) -> list[dict[str, Any]]:
    table = sandbox.table()
    ids = sandbox.add(table, count)
    sandbox.enrich(table, ids)
    own = {"id", "table_id", "enriched_at", "providers_used"}
    return [
        {name: value for name, value in row.items() if name not in own}
        for row in sandbox.enriched(table, ids)
    ]


@pytest.fixture(scope="module")
def people(_shared: Client) -> list[dict[str, Any]]:
    """What is found about 2,000 people."""
    return _people(_shared, 2000)


def test_the_seed_decides_who_the_people_are(start: Callable[..., Client]) -> None:
    """The same seed finds the same, another seed something else."""
    first, again, other = (_people(start(seed=seed), 40) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_outcomes_are_mixed_as_in_real_life(people: list[dict[str, Any]]) -> None:
    """The shares of 2,000 people lie within a few points of the intended ones (four standard deviations)."""
    shares = {
        status: count / 2000 for status, count in Counter(row["enrichment_status"] for row in people).items()
    }
    assert abs(shares["completed"] - 0.79) < 0.04
    assert abs(shares["partial"] - 0.12) < 0.03
    assert abs(shares["unenrichable"] - 0.08) < 0.03
    assert 0.001 < shares["failed"] < 0.02
    assert all(row["error"] for row in people if row["enrichment_status"] == "failed")


def test_phones_are_anybodys_own_but_a_few_share_an_email(people: list[dict[str, Any]]) -> None:
    """CRMs match by both: a shared phone would melt two people into one."""
    phones = Counter(row["phone"] for row in people if row.get("phone", "").startswith("+1"))
    emails = Counter(row["email_work"] for row in people if _EMAIL.fullmatch(row.get("email_work", "")))
    assert max(phones.values()) == 1
    assert {email.partition("@")[2] for email, count in emails.items() if count > 1} == {
        "sharedmailbox.example"
    }


def test_some_values_are_malformed(people: list[dict[str, Any]]) -> None:
    """Sizes that are no employee counts, domains without a scheme, lists that are too long."""
    sizes = [row["company_size"] for row in people if "company_size" in row]
    assert any(isinstance(size, str) for size in sizes)
    assert {0, 5_000_000} <= {size for size in sizes if isinstance(size, int)}
    assert any(not row["company_domain"].startswith("https://") for row in people if "company_domain" in row)
    assert any(len(row["tech_stack"]) == 30 for row in people if "tech_stack" in row)
    assert any(row.get("email_work") == "N/A" for row in people)


def test_the_providers_are_those_of_the_tables_waterfalls(sandbox: Client) -> None:
    """A table with a waterfall of its own is enriched by its providers."""
    columns = [{"name": "linkedin_url", "type": "url"}, {"name": "email_work", "type": "email"}]
    body = {"name": "T", "columns": columns, "waterfalls": {"waterfall_email": {"providers": ["pdl"]}}}
    table = f"/tables/{sandbox.clay('POST', '/tables', body).json()['id']}"
    rows = [{"linkedin_url": f"https://www.linkedin.com/in/w{number}"} for number in range(20)]
    ids = sandbox.clay("POST", f"{table}/rows", {"rows": rows}).json()["row_ids"]
    sandbox.enrich(table, ids)
    filled = {
        provider["name"]
        for row in sandbox.enriched(table, ids)
        for provider in row["providers_used"]
        if provider["fields_enriched"] == ["email_work"]
    }
    assert filled == {"pdl"}
