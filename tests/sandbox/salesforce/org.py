"""Calls to the sandbox's org, and what people do in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.sandbox.client import Client

if TYPE_CHECKING:
    import requests

DATA = "/salesforce/services/data/v67.0"
EXTERNAL_ID = "Alpha_Swarm_Id__c"


@dataclass(frozen=True, slots=True)
class OrgClient:
    """One org, with a token that is good."""

    sandbox: Client

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        """A call below the API's address."""
        return self.sandbox.session.request(
            method, f"{self.sandbox.base}{DATA}{path}", json=body, timeout=60, **more
        )

    def collection(
        self,
        method: str,
        records: list[dict[str, Any]],
        path: str = "",
        *,
        all_or_none: bool = False,
        **more: Any,
    ) -> list[dict[str, Any]]:
        """The results of a collection of leads."""
        leads = [{"attributes": {"type": "Lead"}, **record} for record in records]
        body = {"allOrNone": all_or_none, "records": leads}
        answer = self.call(method, f"/composite/sobjects{path}", body, **more)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json()
        return results

    def upsert(self, *records: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        """By external id."""
        return self.collection("PATCH", list(records), f"/Lead/{EXTERNAL_ID}", **more)

    def query(self, text: str) -> requests.Response:
        """What a query answers."""
        return self.call("GET", "/query", params={"q": text})

    def ids(self, rest: str = "") -> list[str]:
        """The ids of the leads that a query finds, by what comes after the object's name."""
        answer = self.query(f"SELECT Id FROM Lead {rest}")  # noqa: S608 - of tests alone
        assert answer.status_code == 200, answer.text
        return [record["Id"] for record in answer.json()["records"]]

    def seed(self, *records: dict[str, Any]) -> list[str]:
        """Records that are there already."""
        ids: list[str] = self.sandbox.admin("POST", "/salesforce/records", list(records)).json()["ids"]
        return ids

    def books(self) -> dict[str, Any]:
        """Its part of the ledger."""
        books: dict[str, Any] = self.sandbox.ledger(detail=True)["salesforce"]
        return books


def lead(number: int = 1, **more: Any) -> dict[str, Any]:
    """A lead that breaks no rule, to be upserted."""
    return {
        EXTERNAL_ID: f"l{number}",
        "LastName": "A",
        "Company": "B",
        "Email": f"p{number}@a.example",
        **more,
    }


def codes(result: dict[str, Any]) -> list[str]:
    """What is wrong with a record."""
    return [error["statusCode"] for error in result["errors"]]
