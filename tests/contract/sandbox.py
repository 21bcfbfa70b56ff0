"""The sandbox's own doors: what it holds, and what shall go wrong."""

from __future__ import annotations

from typing import Any

import requests


class Sandbox:
    """Asks over HTTP, with a session of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def reset(self) -> None:
        """Empty it."""
        self._session.post(f"{self.url}/_sandbox/reset").raise_for_status()

    def ledger(self) -> dict[str, Any]:
        """Everything it holds."""
        answer = self._session.get(f"{self.url}/_sandbox/ledger", params={"detail": "1"})
        answer.raise_for_status()
        ledger: dict[str, Any] = answer.json()
        return ledger

    def fault(self, service: str, operation: str, fault: str, **more: Any) -> None:
        """Order a fault."""
        order = {"service": service, "operation": operation, "fault": fault, **more}
        self._session.post(f"{self.url}/_sandbox/faults", json=order).raise_for_status()

    def order(self, path: str, body: Any) -> Any:
        """Whatever else can be asked for below `/_sandbox`; the answer."""
        answer = self._session.post(f"{self.url}/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def close(self) -> None:
        """End the session."""
        self._session.close()
