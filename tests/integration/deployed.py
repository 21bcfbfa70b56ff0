"""The files that production is started from, read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
#: Laid over every Deployment.
PATCH = "part.yaml"
#: Laid over the one whose home is kept.
KEPT = "kept.yaml"
#: To be filled in.
EXAMPLE = "secrets.example.yaml"


def documents(file: Path) -> list[Any]:
    """All of a file."""
    return list(yaml.safe_load_all(file.read_text(encoding="utf-8")))


def of_kind(kind: str) -> dict[str, Any]:
    """Name → object, of all manifests but the patches."""
    files = [file for file in sorted(FOLDER.glob("*.yaml")) if file.name not in {PATCH, KEPT}]
    found = [one for file in files for one in documents(file) if one["kind"] == kind]
    return {one["metadata"]["name"]: one for one in found}


def common() -> Any:
    """What the patch says of every part's pods."""
    (patch,) = documents(FOLDER / PATCH)
    return patch["spec"]["template"]["spec"]


def container(workload: Any) -> Any:
    """The one of a Deployment or StatefulSet."""
    (one,) = workload["spec"]["template"]["spec"]["containers"]
    return one


def compose() -> Any:
    """``docker-compose.yml``."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def ours() -> dict[str, Any]:
    """The services that run a part of the program."""
    services = compose()["services"]
    return {name: one for name, one in services.items() if "build" in one and "entrypoint" not in one}


def procfile() -> set[str]:
    """What it starts, without the program's name."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {line.partition("alpha-swarm ")[2] for line in lines}


def filled(values: dict[str, Any]) -> dict[str, str]:
    """The environment of a service, with ``${NAME:-default}`` and ``${NAME:?…}`` put in."""
    given = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")

    def value(match: re.Match[str]) -> str:
        return match[3] if match[2] == "-" else "0123456789abcdef"

    return {name: given.sub(value, str(text)) for name, text in values.items()}


def names_in(node: Any, key: str) -> Iterator[str]:
    """Every text that stands under this key, however deep."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key and isinstance(value, str):
                yield value
            yield from names_in(value, key)
    elif isinstance(node, list):
        for member in node:
            yield from names_in(member, key)
