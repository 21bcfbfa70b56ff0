"""The HTTP door of a new installation, served on loopback."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import requests
import uvicorn
from fastapi import FastAPI

from alpha_swarm.api.server import create_app
from alpha_swarm.app import App, build
from alpha_swarm.config import load_settings
from alpha_swarm.domain.crm.news import System

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY, SECRET, OLD_SECRET = "door-key", "webhook-secret", "old-webhook-secret"
CLAY = "/webhooks/clay/enrichment-complete"
SOURCES = ("clay", "clay.routines", *(system.inbox for system in System))
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}
LEAD: dict[str, Any] = {
    "linkedin_url": "https://www.linkedin.com/in/mara-ellingsen",
    "first_name": "Mara",
    "source_type": "post_liker",
    "source_name": "Gong.io",
    "scraped_at": "2026-06-01T10:00:00Z",
}


@dataclass(frozen=True, slots=True)
class Door:
    """A running door."""

    app: App
    api: FastAPI
    url: str

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        """Ask it; with the right key unless ``headers`` are given."""
        how.setdefault("headers", AUTHORIZED)
        with requests.Session() as session:
            session.trust_env = False
            return session.request(method, self.url + path, timeout=60, **how)

    def post(self, document: Any, **headers: str) -> requests.Response:
        """``POST /leads``."""
        return self.call("POST", "/leads", json=document, headers={**AUTHORIZED, **headers})

    def leads(self) -> int:
        """How many leads the ledger holds."""
        total = self.app.status()["total"]
        assert isinstance(total, int)
        return total

    def letters(self) -> list[bytes]:
        """The webhooks that wait in the inbox."""
        with self.app.ledger.begin() as tx:
            return [letter.body for letter in tx.inbox.take(1000, SOURCES)]


@contextmanager
def open_door(home: Path, **variables: str) -> Iterator[Door]:
    """A door with an API key and two webhook secrets."""
    environ = {
        "ALPHA_SWARM_HOME": str(home),
        "API_KEYS": f"{KEY},second-key",
        "CLAY_WEBHOOK_SECRET": f"{SECRET},{OLD_SECRET}",
        "CLAY_API_KEY": "unused",
        **variables,
    }
    app = build(load_settings(environ, dotenv=None), holder="test")
    try:
        api = create_app(app)
        with served(api) as url:
            yield Door(app, api, url)
    finally:
        app.close()


@contextmanager
def served(api: FastAPI) -> Iterator[str]:
    """Serve it in a thread; the socket takes connections from the start, so nothing has to be waited for."""
    with served_by(uvicorn.Config(api, log_config=None, access_log=False, ws="none")) as url:
        yield url


@contextmanager
def served_by(config: uvicorn.Config) -> Iterator[str]:
    """The same by a server of this kind."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
