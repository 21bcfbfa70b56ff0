"""The documents tell the truth: variables, commands, tables, links."""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from alpha_swarm.cli import main as command_line
from alpha_swarm.config import VARIABLES, load_settings
from alpha_swarm.config.settings import GROUPS, variables
from alpha_swarm.domain.states import State
from alpha_swarm.ledger.schema.keys import metadata as key_metadata
from alpha_swarm.ledger.schema.tables import metadata
from alpha_swarm.proof.guarantees import GUARANTEES

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def read(name: str) -> str:
    """A file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def commands() -> Any:
    """The command line as the tree that shows its help."""
    return typer.main.get_command(command_line.app)


def all_commands(node: Any, path: str = "alpha-swarm") -> list[tuple[str, Any]]:
    """Every command that does something, with its full name."""
    inner = getattr(node, "commands", {})
    below = [found for name, child in inner.items() for found in all_commands(child, f"{path} {name}")]
    return below if inner else [(path, node)]


def resolve(words: list[str]) -> bool:
    """Whether the first of these words lead to a command."""
    node = commands()
    for word in words:
        inner = getattr(node, "commands", None)
        if not inner:
            return True
        if word not in inner:
            return False
        node = inner[word]
    return True


def lines_of_variables() -> dict[str, str]:
    """Variable → the text under its field."""
    return {
        variable: texts_under_fields(kind)[name]
        for group in GROUPS.values()
        for name, variable in variables(group).items()
        for kind in group.__mro__
        if name in inspect.get_annotations(kind)
    }


@cache
def texts_under_fields(kind: type) -> dict[str, str]:
    """Field → the text under it."""
    (node,) = ast.parse(inspect.getsource(kind)).body
    assert isinstance(node, ast.ClassDef)
    return {
        field.target.id: text.value.value
        for field, text in itertools.pairwise(node.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(text.value.value, str)
    }


def test_every_variable_stands_in_the_example_with_its_line() -> None:
    """``.env.example`` has each variable once, and above it what the settings say of it."""
    lines = read(".env.example").splitlines()
    shown = {line.partition("=")[0]: above for above, line in itertools.pairwise(lines) if "=" in line}
    assert shown == {name: f"# {line}" for name, line in lines_of_variables().items()}


def test_the_example_holds_the_defaults() -> None:
    """Copied as it is, it changes nothing."""
    assert load_settings({}, ROOT / ".env.example") == load_settings({}, None)


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md", "CONTRIBUTING.md"])
def test_commands_in_the_documents_exist(page: str) -> None:
    """Each ``alpha-swarm …`` in the command line, each ``make …`` in the Makefile."""
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", read(page), flags=re.DOTALL))
    calls = re.findall(r"(?:^|[`|/ ])alpha-swarm((?: +[a-z][a-z-]*)+)", code, flags=re.MULTILINE)
    assert [call for call in calls if not resolve(call.split())] == []
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))
    made = set(re.findall(r"\bmake ([a-z]+)", code))
    assert made <= targets
    assert calls or made


def test_every_command_and_option_explains_itself() -> None:
    """``--help`` leaves nothing blank."""
    for path, command in all_commands(commands()):
        assert command.help, path
        options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
        assert [f"{path} {option.name}" for option in options if not option.help] == []


def test_every_process_of_the_procfile_is_a_command() -> None:
    """Each line starts a part that exists."""
    processes = dict(line.split(": ", 1) for line in read("Procfile").splitlines())
    assert processes
    for call in processes.values():
        name, *words = call.split()
        assert name == "alpha-swarm"
        assert resolve(words)


def test_compose_starts_commands_that_exist() -> None:
    """And nothing in it is open to the network."""
    services = yaml.safe_load(read("docker-compose.yml"))["services"]
    ours = {
        name: service
        for name, service in services.items()
        if "entrypoint" not in service and "build" in service
    }
    started = {service["command"] for service in ours.values()}
    procfile = {line.split("alpha-swarm ", 1)[1] for line in read("Procfile").splitlines()}
    assert started == procfile
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []
    given = {name for service in ours.values() for name in service["environment"]}
    assert given <= set(VARIABLES)


def test_every_decision_is_linked_and_has_its_parts() -> None:
    """Each page stands in the architecture, numbered without gaps."""
    architecture = read("docs/architecture.md")
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for page in DECISIONS:
        assert f"decisions/{page.name}" in architecture
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequences"]
        assert "\n## Decision\n\n> " in text, "a decision begins with a line to quote"


def first_cells(title: str) -> list[str]:
    """The first column of the table in a section of the architecture."""
    section = read("docs/architecture.md").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([a-z_]+)` \|", section, flags=re.MULTILINE)


def test_the_architecture_names_every_table_and_state() -> None:
    """And none that does not exist."""
    assert sorted(first_cells("The ledger")) == sorted([*metadata.tables, *key_metadata.tables])
    assert first_cells("States") == [state.value for state in State]


def test_the_architecture_draws_the_layers_that_are_checked() -> None:
    """Every module of the contract, in its layer, from the top down."""
    section = read("docs/architecture.md").partition("\n## Layers\n")[2]
    drawing = section.partition("flowchart TD\n")[2].partition("```")[0]
    drawn: dict[str, str] = {}
    for name, label in re.findall(r'(\w+)(?:\["(.+?)"\])?', drawing):
        drawn.setdefault(name, label or name)
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    told = [layer.replace(" | ", " · ").replace("alpha_swarm.", "") for layer in layers]
    assert list(drawn.values()) == told


def promises() -> dict[int, str]:
    """Number → row of the contract."""
    rows = re.findall(r"^\| (\d+) \| (.+)$", read("docs/CONTRACT.md"), flags=re.MULTILINE)
    return {int(number): row for number, row in rows}


def test_the_contract_names_what_is_proven_and_by_which_tests() -> None:
    """What ``prove`` tries, and for whatever else holds the tests that try it."""
    by_tests = {number: row for number, row in promises().items() if number not in GUARANTEES}
    assert GUARANTEES.keys() < promises().keys()
    assert sorted(by_tests) == [17, 18, 19, 20, 23]
    assert [number for number, row in by_tests.items() if "](../tests/" not in row] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    """Each relative link is a file."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inner = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in inner if not (page.parent / link).exists()] == []
