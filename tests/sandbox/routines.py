"""A client of the sandbox's routines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sandbox.client import Client

ROUTINE = "/routines/function:t_1"


def call(sandbox: Client, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
    """A call below `/clay/public/v0`."""
    return sandbox._call(method, f"/clay/public/v0{path}", body, **more)


def items(*names: str) -> list[dict[str, Any]]:
    """An item for each person."""
    return [
        {"id": f"{name}.1", "inputs": {"linkedin_url": f"https://www.linkedin.com/in/{name}"}}
        for name in names
    ]


def people(count: int) -> list[dict[str, Any]]:
    """So many items."""
    return items(*(f"p{number}" for number in range(count)))


def run(sandbox: Client, given: Sequence[dict[str, Any]], **more: Any) -> str:
    """The id of a run that was accepted."""
    answer = call(sandbox, "POST", f"{ROUTINE}/run", {"items": given, **more})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["routine_run_id"])


def over(sandbox: Client, path: str) -> dict[str, Any]:
    """The answer under the path once it is 200."""

    def ask() -> dict[str, Any] | None:
        answer = call(sandbox, "GET", path)
        found: dict[str, Any] = answer.json()
        assert answer.status_code in {200, 202}, answer.text
        return found if answer.status_code == 200 else None

    complete: dict[str, Any] = wait_until(ask)
    return complete


def upload(sandbox: Client, lines: Sequence[bytes]) -> str:
    """The id of a file with these lines."""
    offer = call(sandbox, "POST", f"{ROUTINE}/run-batch/upload-url").json()
    requests.put(offer["upload_url"], data=b"\n".join(lines), timeout=60).raise_for_status()
    return str(offer["file_id"])


def fetched(url: str) -> requests.Response:
    """What stands behind a presigned address."""
    return requests.request("GET", url, timeout=60)


def batch(sandbox: Client, lines: Sequence[bytes]) -> str:
    """The id of a batch over these lines."""
    answer = call(sandbox, "POST", f"{ROUTINE}/run-batch/start", {"file_id": upload(sandbox, lines)})
    assert answer.status_code == 202
    return str(answer.json()["routine_run_id"])


def hook(url: str) -> dict[str, Any]:
    """A registered webhook whose pings all come once."""
    return {
        "routine_webhook_id": "wh_1",
        "routine_webhook_url": url,
        "routine_webhook_secret": "whsec_1",
        "routine_ping_lost": 0.0,
        "routine_ping_duplicate": 0.0,
        "routine_ping_test": 0.0,
    }
