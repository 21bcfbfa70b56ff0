"""What becomes of errors."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
import typer

from alpha_swarm.cli import main, status
from alpha_swarm.errors import ConfigurationError, RetryLaterError

if TYPE_CHECKING:
    from pathlib import Path


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let ``version`` raise this."""
    app = typer.Typer()

    @app.command()
    def fail(*, debug: bool = False) -> None:
        """Raise the error."""
        del debug
        raise error

    monkeypatch.setattr(main, "app", app)


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (ConfigurationError("SYNC_TARGETS is wrong:\nwrite ghl"), 2, "SYNC_TARGETS is wrong: write ghl"),
        (RetryLaterError("the ledger could not be used"), 1, "the ledger could not be used"),
        (KeyboardInterrupt(), 130, ""),
        (typer.Abort(), 130, "the question was not answered"),
        (typer.Exit(1), 1, ""),
    ],
)
def test_an_error_is_one_line_and_a_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    word: str,
) -> None:
    """A mistake of the user's is 2, trouble is 1, and breaking off, also at a question, is 130."""
    failing(monkeypatch, error)
    assert main.run([]) == code
    printed = capsys.readouterr()
    assert word in printed.err
    assert printed.err.count("\n") <= 1
    assert printed.out == ""


def test_an_unexpected_error_shows_neither_trace_nor_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only with --debug it shows where it came from."""
    failing(monkeypatch, ValueError("mara@acme.example is odd"))
    assert main.run([]) == 1
    assert "mara" not in (shown := capsys.readouterr().err)
    assert "ValueError" in shown
    assert "Traceback" not in shown
    assert main.run(["--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["leads", "add"],
        ["status", "--nothing"],
        ["leads", "add", "x.csv", "--priority", "high"],
        ["leads", "export", "--format", "xml"],
        ["worker", "nothing"],
        ["prove", "--server", "nope"],
        ["prove", "--server", "sqlite:///ledger.db"],
        ["prove", "--server", "postgresql://user:hidden@127.0.0.1:1/database"],
        ["report", "--json", "access"],
        ["report", "--days", "30", "sample", "list"],
        ["privacy", "policy", "--json", "apply"],
        ["privacy", "notices", "--limit", "5", "mark", "LEAD"],
    ],
)
def test_wrong_usage_is_exit_2_with_one_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With the remedy in it."""
    assert main.run(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_sandboxs_port_is_that_of_the_option_else_of_the_process_else_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of the three is taken by somebody else, so which one was tried stands in the complaint."""
    monkeypatch.chdir(tmp_path)
    with ExitStack() as held:
        taken = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        in_file, in_process, named = (str(one.getsockname()[1]) for one in taken)
        (tmp_path / ".env").write_text(f"SANDBOX_PORT={in_file}\n", encoding="utf-8")
        assert main.run(["sandbox"]) == 2
        assert f"port {in_file} cannot be used" in capsys.readouterr().err
        monkeypatch.setenv("SANDBOX_PORT", in_process)
        assert main.run(["sandbox"]) == 2
        assert f"port {in_process} cannot be used" in capsys.readouterr().err
        assert main.run(["sandbox", "--port", named]) == 2
        assert f"port {named} cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("start", "unused"),
    [
        (
            "from alpha_swarm.cli.main import run; run(['--help'])",
            {"sqlalchemy", "fastapi", "redis", "pydantic"},
        ),
        # A worker, or a command that opens the ledger, until it has somebody to call.
        (
            "import workers.base",
            {"aiohttp", "requests", "fastapi", "sentry_sdk", "alpha_swarm.connectors.http"},
        ),
    ],
)
def test_a_start_does_not_wait_for_what_it_may_not_need(start: str, unused: set[str]) -> None:
    """It is what everybody waits for: calling others would make a third more of it, SQLAlchemy the double."""
    script = f"import sys; {start}; sys.exit(bool({unused} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=60)  # noqa: S603 - ours
    assert done.returncode == 0


def test_status_of_an_unhealthy_installation_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Reasons are shown as they are, also with brackets in them."""
    used = {"reserved": 1.0, "spent": 2.0, "cap": None}
    status.show_status(
        {
            "leads": {"received": 1},
            "total": 1,
            "balanced": False,
            "settled": False,
            "oldest_waiting_seconds": 7.0,
            "queues": {"ingest": 1},
            "credits": {"day": used, "month": used},
            "breakers": {"clay": "open"},
            "limits": [{"limit": "ghl", "configured": "100/10", "learned": None, "used": None}],
            "health": "unhealthy",
            "reasons": ["look [here]"],
        }
    )
    shown = capsys.readouterr().out
    assert "NOT BALANCED" in shown
    assert "look [here]" in shown
