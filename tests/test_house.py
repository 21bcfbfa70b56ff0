"""The shape of the code: small files, small functions, thin jobs, everything annotated."""

from __future__ import annotations

import ast
from statistics import median, quantiles
from typing import TYPE_CHECKING

import pytest

from tests.source_trees import PROGRAM, ROOT, files, tree

if TYPE_CHECKING:
    from pathlib import Path

MIGRATIONS = ROOT / "alpha_swarm" / "ledger" / "migrations"
SHIPPED = [file for file in PROGRAM if MIGRATIONS not in file.parents]
ALL = [*SHIPPED, *files("tests")]
Function = ast.FunctionDef | ast.AsyncFunctionDef

LONGEST_FILE = 300
USUAL_FILE = 200
LONGEST_FUNCTION = 40
USUAL_FUNCTION = 20
MEDIAN_FUNCTION = 7
JOB_STATEMENTS = 8
JOB_PARAMETERS = {"str", "int", "list[str]", "list[int]"}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def functions(files: list[Path]) -> list[tuple[str, Function]]:
    """Every function with the place where it stands."""
    return [
        (f"{name}:{node.lineno} {node.name}", node)
        for name, file in ((file.relative_to(ROOT), file) for file in files)
        for node in ast.walk(tree(file))
        if isinstance(node, Function)
    ]


def documentation(node: Function) -> ast.stmt | None:
    """The docstring as a statement."""
    return node.body[0] if ast.get_docstring(node) is not None else None


def length(node: Function) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    text = documentation(node)
    return line_span(node) - (line_span(text) if text else 0)


def line_span(node: ast.stmt) -> int:
    """How many lines a statement takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_300_lines_and_most_are_short() -> None:
    """Four in five files of the program have at most 200 lines."""
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in ALL}
    assert [str(file) for file, count in lines.items() if count > LONGEST_FILE] == []
    short = sum(lines[file] <= USUAL_FILE for file in SHIPPED)
    assert short >= 0.8 * len(SHIPPED)


def test_no_function_is_longer_than_40_lines() -> None:
    """Tests included."""
    assert [place for place, node in functions(ALL) if length(node) > LONGEST_FUNCTION] == []


def test_functions_are_small() -> None:
    """Half have at most 7 lines, nine in ten at most 20."""
    lengths = [length(node) for _, node in functions(SHIPPED)]
    assert median(lengths) <= MEDIAN_FUNCTION
    assert quantiles(lengths, n=10)[-1] <= USUAL_FUNCTION


def test_everything_is_annotated() -> None:
    """Each parameter and each result, of each function."""
    bare = [
        place
        for place, node in functions(ALL)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if argument.annotation is None and argument.arg not in {"self", "cls"}
    ]
    assert bare == []
    assert [place for place, node in functions(ALL) if node.returns is None] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    """A file is named after its one idea."""
    assert [str(file) for file in ALL if file.stem in VAGUE] == []


@pytest.mark.parametrize("file", sorted((ROOT / "jobs").glob("*.py")), ids=lambda file: file.stem)
def test_a_job_unpacks_and_calls(file: Path) -> None:
    """At most eight statements, no handling of errors, and parameters that JSON carries."""
    for place, node in functions([file]):
        inner = [part for part in ast.walk(node) if isinstance(part, ast.stmt) and part is not node]
        assert len(inner) - (documentation(node) is not None) <= JOB_STATEMENTS, place
        assert not any(isinstance(part, ast.Try | ast.TryStar) for part in inner), place
        given = {ast.unparse(argument.annotation) for argument in node.args.args if argument.annotation}
        assert given <= JOB_PARAMETERS, place


def test_every_module_says_what_it_is() -> None:
    """A docstring on top of each file that holds code."""
    assert [str(file) for file in ALL if tree(file).body and ast.get_docstring(tree(file)) is None] == []
