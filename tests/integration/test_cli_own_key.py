"""A ledger is of no use with another key than its own, so nothing is done with one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from alpha_swarm.cli.main import run
from alpha_swarm.config import VARIABLES
from tests.integration.world import person

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("lost", [False, True])
def test_with_another_key_nobody_comes_in_and_the_line_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    lost: bool,
) -> None:
    """Set for production, or made anew: those who were forgotten would come in, others be paid for again."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    monkeypatch.setenv("ALPHA_SWARM_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "one.ndjson"
    file.write_text(json.dumps(person("ada")), encoding="utf-8")
    assert run(["leads", "add", str(file)]) == 0
    own = (home / "key").read_text()
    if lost:
        (home / "key").unlink()
    else:
        monkeypatch.setenv("ALPHA_SWARM_KEY", "0123456789abcdef" * 2)
    capsys.readouterr()
    assert run(["leads", "add", str(file)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "this ledger was begun with another key" in line
    monkeypatch.setenv("ALPHA_SWARM_KEY", own)
    assert run(["status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"] == 1
