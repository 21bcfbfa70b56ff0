"""``privacy keys`` and ``doctor``, as those use them who run the installation."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.assembly import parts
from alpha_swarm.cli.checks.encryption import check_encryption
from alpha_swarm.cli.main import run
from alpha_swarm.config import load_settings
from alpha_swarm.data_keys import KeyRing
from alpha_swarm.ledger.ledger import SqlLedger
from tests.integration.ledger.actors import people

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "a1" * 32, "b2" * 32
OLD_ID, NEW_ID = (KeyRing([bytes.fromhex(key)]).current for key in (OLD, NEW))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation in use, with three leads and no key."""
    monkeypatch.chdir(tmp_path)
    given = {"ALPHA_SWARM_HOME": str(tmp_path), "ALPHA_SWARM_KEY": "a key for tests", "CLAY_API_KEY": "clay"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    shutil.copy(sqlite_template, tmp_path / "ledger.db")
    take_in(3)
    return tmp_path


def take_in(number: int) -> list[str]:
    """So many leads, as the settings have it."""
    ledger = SqlLedger(parts.ledger_config(load_settings(dotenv=None), "test"))
    try:
        return people(ledger, number)
    finally:
        ledger.close()


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> dict[str, Any]:
    """The answer of a command."""
    assert run(["privacy", "keys", *arguments, "--json"]) == code
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def checked() -> list[tuple[str, str]]:
    """What ``doctor`` says of it: result and remedy."""
    return [(one.result, one.remedy) for one in check_encryption(load_settings(dotenv=None))]


def test_from_plain_to_sealed_to_another_key_and_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Each step by its command, and ``doctor`` names the next one."""
    assert said(capsys, "show")["on"] is False
    assert checked() == []
    monkeypatch.setenv("ENCRYPTION_KEYS", OLD)
    assert said(capsys, "show")["plain_rows"] == 3
    assert checked() == [("warning", "alpha-swarm privacy keys seal")]
    assert b"works.example" in (home / "ledger.db").read_bytes()
    assert said(capsys, "seal") == {"sealed": 3, "files_clean": True}
    assert [file.name for file in home.glob("*.db*") if b"works.example" in file.read_bytes()] == []
    assert checked() == [("ok", "")]
    monkeypatch.setenv("ENCRYPTION_KEYS", f"{NEW},{OLD}")
    assert checked() == [("warning", "alpha-swarm privacy keys rotate")]
    assert said(capsys, "rotate") == {"rotated": 3, "current": NEW_ID}
    monkeypatch.setenv("ENCRYPTION_KEYS", NEW)
    keys = [{"key": NEW_ID, "given": True, "data_keys": 3}]
    shown = {"on": True, "current": NEW_ID, "keys": keys, "plain_rows": 0, "without_key": 0}
    assert said(capsys, "show") == shown
    assert said(capsys, "verify") == {"whole": True, "rows": 3, "without_key": 0, "refused": []}
    assert run(["privacy", "keys", "unseal"]) == 2
    assert "stop it" in capsys.readouterr().err
    assert said(capsys, "unseal", "--yes") == {"unsealed": 3}
    monkeypatch.delenv("ENCRYPTION_KEYS")
    assert checked() == []
    assert run(["leads", "export", "--format", "ndjson"]) == 0
    assert capsys.readouterr().out.count("linkedin.com/in/person-00") >= 3


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "values in the ledger are sealed, and no key is set"),
        ({"ENCRYPTION_KEYS": NEW}, f"data keys are under {OLD_ID}"),
        (
            {"ENCRYPTION_KEYS": "too short"},
            "ENCRYPTION_KEYS must be 32 bytes in hexadecimal digits or base64",
        ),
        ({"ENCRYPTION_KEYS_FILE": "empty"}, "ENCRYPTION_KEYS_FILE is empty"),
        ({"ENCRYPTION_KEYS_FILE": "bad"}, "ENCRYPTION_KEYS_FILE: each line must be 32 bytes"),
        ({"ENCRYPTION_KEYS_FILE": "bad", "ENCRYPTION_KEYS": OLD}, "set one of them"),
        ({"ENCRYPTION_KEYS": OLD, "KEYS_DATABASE_URL": "sqlite:///other.db"}, "put back its newest copy"),
    ],
)
def test_a_key_that_is_missing_wrong_or_none_ends_the_start_with_one_line(
    given: dict[str, str],
    why: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
) -> None:
    """And shows no key."""
    monkeypatch.setenv("ENCRYPTION_KEYS", OLD)
    said(capsys, "seal")
    monkeypatch.delenv("ENCRYPTION_KEYS")
    (home / "empty").touch()
    (home / "bad").write_text(f"{OLD}\nnone at all\n")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert run(["status"]) == 2
    said_ = capsys.readouterr().err
    assert why in said_
    assert (OLD in said_, NEW in said_, said_.strip().count("\n")) == (False, False, 0)


def test_keys_from_a_file_and_a_copy_of_them_that_is_too_old(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Who came after the copy cannot be read, which is said, with what to do."""
    (home / "keys").write_text(f"{OLD}\n")
    monkeypatch.setenv("ENCRYPTION_KEYS_FILE", str(home / "keys"))
    said(capsys, "seal")
    shutil.copy(home / "ledger-keys.db", home / "copy.db")
    before = set(home.glob("ledger-keys.db*"))
    (home / "more").mkdir()
    ledger = SqlLedger(parts.ledger_config(load_settings(dotenv=None), "test"))
    lost = people(ledger, 5)[3:]
    ledger.close()
    for file in before:
        file.unlink(missing_ok=True)
    shutil.copy(home / "copy.db", home / "ledger-keys.db")
    ((result, remedy),) = [one for one in checked() if one[0] == "failed"]
    assert (result, "put back the newest copy" in remedy) == ("failed", True)
    assert said(capsys, "verify", code=1)["without_key"] == len(lost)
    assert run(["privacy", "access", lost[0]]) == 2
    assert "cannot be opened" in capsys.readouterr().err


def test_two_ledgers_share_no_store_of_keys(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path, sqlite_template: Path
) -> None:
    """Each would drop the other's keys one day."""
    monkeypatch.setenv("ENCRYPTION_KEYS", OLD)
    said(capsys, "seal")
    shutil.copy(sqlite_template, home / "second.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{home / 'second.db'}")
    monkeypatch.setenv("KEYS_DATABASE_URL", f"sqlite:///{home / 'ledger-keys.db'}")
    assert run(["status"]) == 2
    assert "name a store of its own" in capsys.readouterr().err
