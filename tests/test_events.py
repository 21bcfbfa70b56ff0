"""Events of the log have names that stay: one for each thing that happens, and nothing else in them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
#: Where the name of the event is handed over.
HANDED_OVER = {"alpha_swarm/ledger/lane_book.py", "alpha_swarm/connectors/salesforce/org.py"}
#: What would show whom a line is about.
PERSONAL = re.compile(r"name|email|phone|url|body|payload|person|values?$")


def log_calls() -> list[tuple[str, ast.Call]]:
    """Every line of the program that logs, with its file."""
    return [
        (str(file.relative_to(ROOT)), node)
        for folder in ("alpha_swarm", "jobs", "workers")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and is_log(node.func)
    ]


def is_log(function: ast.expr) -> bool:
    """Whether it is a level of the module's logger."""
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and isinstance(function.value, ast.Name)
        and function.value.id == "log"
    )


CALLS = log_calls()


def named() -> list[str]:
    """The events that are named where they are logged."""
    return [
        argument.value
        for _, call in CALLS
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def test_an_event_is_one_fixed_word() -> None:
    """In snake case, as the only argument without a name: values stand beside it, by their names."""
    assert len(CALLS) > 40
    assert [name for name in named() if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    loose = [file for file, call in CALLS if not isinstance(call.args[0], ast.Constant)]
    assert set(loose) == HANDED_OVER
    assert all(len(call.args) == 1 for _, call in CALLS)


def test_an_event_is_logged_in_one_place() -> None:
    """So its name says what happened."""
    assert [name for name, places in Counter(named()).items() if places > 1] == []


def test_no_line_names_what_could_be_personal() -> None:
    """Ids, kinds and figures alone."""
    keys = {(file, keyword.arg) for file, call in CALLS for keyword in call.keywords if keyword.arg}
    assert {one for one in keys if PERSONAL.search(one[1])} == set()
