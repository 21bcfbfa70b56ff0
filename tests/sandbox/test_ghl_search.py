"""GoHighLevel's search by filters, its location, its tokens, and the phones that it drops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.client import Client


def _create(sandbox: Client, **body: Any) -> dict[str, Any]:
    answer = sandbox.ghl("POST", "/contacts/", {"locationId": "L"} | body)
    assert answer.status_code == 201, answer.text
    contact: dict[str, Any] = answer.json()["contact"]
    return contact


def _search(sandbox: Client, *filters: Any, **more: Any) -> Any:
    body = {"locationId": "L", "page": 1, "pageLimit": 500, "filters": list(filters)} | more
    return sandbox.ghl("POST", "/contacts/search", body)


def _is(field: str, value: str) -> dict[str, str]:
    return {"field": field, "operator": "eq", "value": value}


def _ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer.json()["contacts"]]


def test_any_of_many_is_found_in_one_call(sandbox: Client) -> None:
    """By e-mail in any case, by phone, and in no other location."""
    ann = _create(sandbox, email="Ann@firm.example")["id"]
    bob = _create(sandbox, phone="+12125550100")["id"]
    _create(sandbox, email="eve@firm.example")
    _create(sandbox, email="ann@firm.example", locationId="M")
    either = {"group": "OR", "filters": [_is("email", "ann@firm.example"), _is("phone", "+12125550100")]}
    answer = _search(sandbox, either)
    assert _ids(answer) == [ann, bob]
    assert answer.json()["total"] == 2


def test_filters_side_by_side_must_all_fit(sandbox: Client) -> None:
    """As those of a group that says so."""
    ann = _create(sandbox, email="ann@firm.example", firstName="Ann", companyName="Firm")["id"]
    _create(sandbox, email="eve@firm.example", companyName="Firm")
    both = [{"field": "companyName", "operator": "contains", "value": "fir"}, _is("firstName", "Ann")]
    assert _ids(_search(sandbox, *both)) == [ann]
    assert _ids(_search(sandbox, {"group": "AND", "filters": both})) == [ann]
    assert _ids(_search(sandbox, {"field": "firstName", "operator": "exists"})) == [ann]
    assert len(_ids(_search(sandbox, {"field": "firstName", "operator": "not_eq", "value": "Ann"}))) == 1


def test_a_page_is_a_part_of_the_whole(sandbox: Client) -> None:
    """The total says of how much."""
    ids = [_create(sandbox, email=f"p{number}@firm.example")["id"] for number in range(3)]
    assert _ids(_search(sandbox)) == ids
    second = _search(sandbox, page=2, pageLimit=2)
    assert (_ids(second), second.json()["total"]) == (ids[2:], 3)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"pageLimit": 501}, 400),
        ({"pageLimit": None}, 400),
        ({"page": 0}, 400),
        ({"filters": "email"}, 400),
        ({"filters": [{"field": "shoeSize", "operator": "eq", "value": "44"}]}, 400),
        ({"filters": [{"field": "email", "operator": "like", "value": "a"}]}, 400),
        ({"filters": [{"group": "XOR", "filters": []}]}, 400),
        ({"locationId": None}, 422),
    ],
)
def test_what_it_does_not_know_it_refuses(sandbox: Client, more: dict[str, Any], status: int) -> None:
    """Rather than leave it out."""
    assert _search(sandbox, **more).status_code == status


def test_the_index_is_behind(start: Callable[..., Client]) -> None:
    """A contact that was made a moment ago is not found; the search for duplicates has no index."""
    sandbox = start(ghl_index_lag_seconds=3600)
    _create(sandbox, email="ann@firm.example")
    assert _ids(_search(sandbox)) == []
    path = "/contacts/search/duplicate?locationId=L&email=ann%40firm.example"
    assert sandbox.ghl("GET", path).json()["contact"] is not None


def test_a_contact_that_is_gone_is_not_found(sandbox: Client) -> None:
    """Once the index has heard of it."""
    contact = _create(sandbox, email="ann@firm.example")["id"]
    sandbox.ghl("DELETE", f"/contacts/{contact}")
    assert _ids(_search(sandbox)) == []


def test_a_location_may_ignore_filters_or_refuse_them(start: Callable[..., Client]) -> None:
    """As one that is on another version."""
    sandbox = start(ghl_search="ignore")
    _create(sandbox, email="ann@firm.example")
    assert len(_ids(_search(sandbox, _is("email", "eve@firm.example")))) == 1
    assert _search(start(ghl_search="refuse"), _is("email", "eve@firm.example")).status_code == 400


@pytest.mark.parametrize(("allowed", "unique"), [(False, ["email"]), (True, ["email", "phone"])])
def test_the_location_says_what_it_refuses(
    start: Callable[..., Client],
    allowed: bool,  # noqa: FBT001 - a parameter of the test
    unique: list[str],
) -> None:
    """And does so."""
    sandbox = start(ghl_allow_duplicates=allowed, ghl_unique=unique)
    told = sandbox.ghl("GET", "/locations/L").json()["location"]["settings"]
    assert (told["allowDuplicateContact"], told["contactUniqueIdentifiers"]) == (allowed, unique)
    body = {"locationId": "L", "email": "ann@firm.example", "phone": "+12125550100"}
    statuses = [
        sandbox.ghl("POST", "/contacts/", one).status_code
        for one in (body, body, body | {"email": "eve@firm.example"})
    ]
    assert statuses == ([201, 201, 201] if allowed else [201, 400, 201])


def test_a_phone_is_dropped_in_silence(start: Callable[..., Client]) -> None:
    """The answer shows it; the contact has none."""
    sandbox = start(ghl_phone_drop=1.0)
    made = _create(sandbox, email="ann@firm.example", phone="+12125550100")
    assert made["phone"] == "+12125550100"
    assert "phone" not in sandbox.ghl("GET", f"/contacts/{made['id']}").json()["contact"]


def _refresh(sandbox: Client, token: str, **more: str) -> Any:
    form = {
        "client_id": "app",
        "client_secret": "hush",
        "grant_type": "refresh_token",
        "refresh_token": token,
        "user_type": "Location",
    } | more
    return sandbox.session.post(f"{sandbox.base}/ghl/oauth/token", data=form)


def test_a_refresh_token_is_good_for_once(start: Callable[..., Client]) -> None:
    """Its successor is good for the next time; the access token lets in."""
    sandbox = start(ghl_refresh_tokens=["first"], ghl_api_keys=["pit"])
    pair = _refresh(sandbox, "first").json()
    again = _refresh(sandbox, "first")
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert _refresh(sandbox, "unknown").status_code == 400
    assert _refresh(sandbox, pair["refresh_token"]).status_code == 200
    headers = {"Authorization": f"Bearer {pair['access_token']}", "Version": "2021-07-28"}
    answer = sandbox.session.get(f"{sandbox.base}/ghl/locations/L", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("more", [{"user_type": ""}, {"client_secret": ""}, {"grant_type": "password"}])
def test_a_form_that_lacks_something_is_refused(sandbox: Client, more: dict[str, str]) -> None:
    """And spends nothing."""
    assert _refresh(sandbox, "first", **more).status_code == 422
    assert _refresh(sandbox, "first").status_code == 200
