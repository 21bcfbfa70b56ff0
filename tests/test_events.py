"""Events of the log have names that stay: one for each thing that happens, and nothing else in them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

from tests.source_trees import PROGRAM, ROOT, tree

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
#: Where the name of the event is handed over.
HANDED_OVER = {"alpha_swarm/ledger/lanes/book.py", "alpha_swarm/connectors/salesforce/org.py"}
#: What would show whom a line is about.
PERSONAL = re.compile(r"name|email|phone|url|body|payload|person|values?$")


@cache
def log_calls() -> list[tuple[str, ast.Call]]:
    """Every line of the program that logs, with its file."""
    return [
        (str(file.relative_to(ROOT)), node)
        for file in PROGRAM
        for node in ast.walk(tree(file))
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


def named() -> list[str]:
    """The events that are named where they are logged."""
    return [
        argument.value
        for _, call in log_calls()
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def test_an_event_is_one_fixed_word() -> None:
    """In snake case, as the only argument without a name: values stand beside it, by their names."""
    assert len(log_calls()) > 40
    assert [name for name in named() if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name)] == []
    loose = [file for file, call in log_calls() if not isinstance(call.args[0], ast.Constant)]
    assert set(loose) == HANDED_OVER
    assert all(len(call.args) == 1 for _, call in log_calls())


def test_an_event_is_logged_in_one_place() -> None:
    """So its name says what happened."""
    assert [name for name, places in Counter(named()).items() if places > 1] == []


def test_no_line_names_what_could_be_personal() -> None:
    """Ids, kinds and figures alone."""
    keys = {(file, keyword.arg) for file, call in log_calls() for keyword in call.keywords if keyword.arg}
    assert {one for one in keys if PERSONAL.search(one[1])} == set()
