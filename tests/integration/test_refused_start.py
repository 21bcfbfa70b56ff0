"""A program that refuses to start leaves nothing open."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from alpha_swarm.app import build
from alpha_swarm.config import load_settings
from alpha_swarm.errors import ConfigurationError
from tests.integration.world import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def connections() -> Iterator[Counter[str]]:
    """How often a connection to a database was opened, and closed."""
    seen: Counter[str] = Counter()
    counters = {name: lambda *_, name=name: seen.update([name]) for name in ("connect", "close")}
    for name, count in counters.items():
        event.listen(Pool, name, count)
    yield seen
    for name, count in counters.items():
        event.remove(Pool, name, count)


def test_a_wrong_policy_leaves_no_connection_open(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, connections: Counter[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "privacy.yaml").write_text("on_forbidden: perhaps\n", encoding="utf-8")
    settings = load_settings(environment(tmp_path / "home", NOBODY, database_url), None)
    with pytest.raises(ConfigurationError, match="on_forbidden"):
        build(settings, holder="test")
    assert connections["connect"] == connections["close"] > 0
