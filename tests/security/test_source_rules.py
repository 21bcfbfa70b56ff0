"""What no line of the program may do."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.source_trees import PROGRAM, ROOT, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RUNS_WHAT_IT_READS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}
FORBIDDEN_NAMES = {
    "SpawnWorker": "shows the password of Redis in its command line",
    "unsafe_load": "runs what it reads",
    "full_load": "runs what it reads",
    "UnsafeLoader": "runs what it reads",
    "FullLoader": "runs what it reads",
    "CERT_NONE": "talks to anybody",
    "_create_unverified_context": "talks to anybody",
    "disable_warnings": "hides that anybody is talked to",
}
FORBIDDEN_CALLS = {"eval", "exec", "os.system", "os.popen", "yaml.load"}
FORBIDDEN_ARGUMENTS = {("verify", False), ("ssl", False), ("check_hostname", False), ("shell", True)}
SECRET = re.compile(r"(?i)secret|token|signature|password|api_?key")
#: Both sides are ours there: the token that was just refused, and the one that is kept.
COMPARES_ITS_OWN = {"alpha_swarm/connectors/salesforce/tokens.py"}
RUNS_SQL = {"text", "exec_driver_sql", "execute"}
#: Settings of a connection; databases of the proofs, for the time of a trial; a function of the same name.
WRITES_ITS_OWN_SQL = {"alpha_swarm/ledger/engine.py", "alpha_swarm/proof/", "alpha_swarm/settings/"}


@cache
def every() -> Mapping[type[ast.AST], Sequence[tuple[str, ast.AST]]]:
    """Kind → all of it, with the place where each stands."""
    found: defaultdict[type[ast.AST], list[tuple[str, ast.AST]]] = defaultdict(list)
    for file in PROGRAM:
        name = file.relative_to(ROOT)
        for node in ast.walk(tree(file)):
            found[type(node)].append((f"{name}:{getattr(node, 'lineno', 0)}", node))
    return found


def nodes(kind: type[ast.AST]) -> Sequence[tuple[str, ast.AST]]:
    """All of the kind."""
    return every()[kind]


def imported(node: ast.AST) -> set[str]:
    """The top names of an import."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    return {(node.module or "").partition(".")[0]} if isinstance(node, ast.ImportFrom) else set()


def test_nothing_is_read_by_a_format_that_runs_code() -> None:
    """Neither pickle nor its kin is even imported."""
    found = [
        place
        for kind in (ast.Import, ast.ImportFrom)
        for place, node in nodes(kind)
        if imported(node) & RUNS_WHAT_IT_READS
    ]
    assert found == []


def test_nothing_is_run_that_is_text() -> None:
    """No eval, no shell, and no loader of YAML that makes objects."""
    calls = [
        place
        for place, node in nodes(ast.Call)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN_CALLS
    ]
    assert calls == []


@pytest.mark.parametrize("name", FORBIDDEN_NAMES)
def test_what_is_forbidden_is_nowhere_named(name: str) -> None:
    used = [place for place, node in nodes(ast.Attribute) if getattr(node, "attr", "") == name]
    used += [place for place, node in nodes(ast.Name) if getattr(node, "id", "") == name]
    used += [place for place, node in nodes(ast.alias) if getattr(node, "name", "") == name]
    assert used == [], FORBIDDEN_NAMES[name]


def test_no_certificate_goes_unchecked_and_no_shell_is_asked() -> None:
    """Whatever the library."""
    given = [
        place
        for place, node in nodes(ast.keyword)
        if isinstance(node, ast.keyword)
        and isinstance(node.value, ast.Constant)
        and (node.arg, node.value.value) in FORBIDDEN_ARGUMENTS
    ]
    assert given == []


def last_name(node: ast.AST) -> str:
    """What a value is called."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def compares_a_secret(node: ast.AST) -> bool:
    """By ``==`` or ``!=``, which end at the first byte that differs."""
    if not isinstance(node, ast.Compare) or not any(isinstance(one, ast.Eq | ast.NotEq) for one in node.ops):
        return False
    return any(SECRET.search(last_name(side)) for side in (node.left, *node.comparators))


def test_secrets_are_compared_in_constant_time() -> None:
    """By ``hmac.compare_digest`` alone; the sandbox guards nothing."""
    found = [place for place, node in nodes(ast.Compare) if compares_a_secret(node)]
    apart = (*COMPARES_ITS_OWN, "alpha_swarm/sandbox/")
    assert [place for place in found if not place.startswith(apart)] == []


def puts_values_into_sql(node: ast.AST) -> bool:
    """Whether a statement is put together from text."""
    if not isinstance(node, ast.Call) or last_name(node.func) not in RUNS_SQL or not node.args:
        return False
    return isinstance(node.args[0], ast.JoinedStr | ast.BinOp)


def test_sql_is_never_put_together_from_values() -> None:
    """Values are parameters."""
    found = [place for place, node in nodes(ast.Call) if puts_values_into_sql(node)]
    assert [place for place in found if not place.startswith(tuple(WRITES_ITS_OWN_SQL))] == []


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (compares_a_secret, "shown == self._secret"),
        (compares_a_secret, "token != other"),
        (puts_values_into_sql, "connection.execute(f'SELECT {name}')"),
        (puts_values_into_sql, "text('SELECT ' + name)"),
    ],
)
def test_the_rules_find_what_they_are_for(rule: Callable[[ast.AST], bool], line: str) -> None:
    """Or they would hold of anything."""
    assert rule(ast.parse(line, mode="eval").body)
