"""From variables to settings."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from alpha_swarm.config.dotenv import read_dotenv
from alpha_swarm.config.requirements import require_consistency
from alpha_swarm.config.settings import GROUPS, VARIABLES, General, Settings, variables
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.config.groups import Group

#: Names that begin like this are ours, so an unknown one is a typing mistake. API_, BASE_, REDIS_, DATABASE_,
#: LOG_, SENTRY_, OTEL_, SMTP_, ALERT_, QUALITY_ and SANDBOX_ are too general: variables of other programs
#: begin like them, too.
PREFIXES = (
    "ALPHA_SWARM_",
    "CLAY_",
    "GHL_",
    "INSTANTLY_",
    "HUBSPOT_",
    "SALESFORCE_",
    "SLACK_",
    "CONSOLE_",
    "CRM_WEBHOOK_SECRET_",
    "SYNC_",
    "ROUTING_",
    "FLUSH_",
    "PRIVACY_",
    "RETENTION_",
    "KEEP_",
    "ENCRYPTION_",
    "KEYS_",
)
LIKENESS = 0.85
"""From here on a foreign-looking name in ``.env``, which is written for us, counts as a mistyped one."""


class Given(EnvSettingsSource):
    """The variables handed in, in place of the process's own."""

    def __init__(self, group: type[Group], given: Mapping[str, str]) -> None:
        self.given = given
        super().__init__(group)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): self.given[name] for name in VARIABLES if name in self.given}


def load_settings(environ: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> Settings:
    """The settings from the process's variables and, below them, ``.env``; a blank one counts as unset.

    Raises:
        ConfigurationError: one line with each variable that is wrong and what to write, without its value.
    """
    from_file = present(read_dotenv(dotenv))
    from_process = present(os.environ if environ is None else environ)
    refuse_unknown(from_process, from_file)
    settings = build({**from_file, **from_process})
    require_consistency(settings)
    return settings


def present(given: Mapping[str, str]) -> dict[str, str]:
    """The variables that are not blank, trimmed."""
    return {name: value.strip() for name, value in given.items() if value.strip()}


def refuse_unknown(from_process: Mapping[str, str], from_file: Mapping[str, str]) -> None:
    """End with a remedy where a name is ours and unknown."""
    for name in sorted({*from_process, *from_file}.difference(VARIABLES)):
        ours = name.upper().startswith(PREFIXES)
        alike = difflib.get_close_matches(name.upper(), VARIABLES, n=1, cutoff=0.6 if ours else LIKENESS)
        if ours or (alike and name in from_file):
            hint = f"did you mean {alike[0]}?" if alike else "remove it; .env.example lists what there is"
            raise ConfigurationError(f"{name} is no variable of Alpha Swarm: {hint}")


def build(given: Mapping[str, str]) -> Settings:
    """The settings, or every mistake at once."""
    built: dict[str, Any] = {}
    mistakes: list[str] = []
    for name, group in GROUPS.items():
        try:
            built[name] = group(**Given(group, given)())
        except ValidationError as error:
            mistakes += explain(group, error)
    if mistakes:
        raise ConfigurationError("; ".join(dict.fromkeys(mistakes)))
    general = built.pop("general")
    return Settings(**{name: getattr(general, name) for name in General.model_fields}, **built)


def explain(group: type[Group], error: ValidationError) -> list[str]:
    """One ``VARIABLE must …`` for each mistake."""
    names = variables(group)
    return [
        f"{names.get(str(problem['loc'][0]), problem['loc'][0])} {remedy(problem['msg'])}"
        for problem in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def remedy(message: str) -> str:
    """Pydantic's sentence with the variable as its subject."""
    text = message.removeprefix("Value error, ").removeprefix("Input ").partition(", unable")[0]
    return text.replace("should ", "must ", 1).replace("a valid boolean", "on or off")
