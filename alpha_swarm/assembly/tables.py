"""Settings → the tables that rules are read from: the packaged ones, or files in their place."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alpha_swarm import settings as packaged
from alpha_swarm.domain.crm.write_rules import RulesFile
from alpha_swarm.domain.leads.scoring import Weights
from alpha_swarm.domain.money.costs import Costs
from alpha_swarm.domain.providers.dearest import dearest
from alpha_swarm.domain.providers.waterfall import Waterfalls
from alpha_swarm.domain.results.columns import SINGLE_PROVIDERS
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from alpha_swarm.config import Settings
    from alpha_swarm.domain.money.cost import Cost
    from alpha_swarm.domain.tables import AnyTable


def check_tables(settings: Settings) -> None:
    """Read all of them.

    Raises:
        ConfigurationError: one line with the variable and the remedy.
    """
    weights(settings)
    costs(settings)
    write_rules(settings)
    waterfalls(settings)


def weights(settings: Settings) -> Weights:
    """The ideal customer profile: ALPHA_SWARM_ICP_FILE, else the packaged one."""
    return _read(Weights.from_mapping, settings.icp_file, "icp")


def write_rules(settings: Settings) -> RulesFile:
    """Who has authority over which field of which CRM.

    Raises:
        ConfigurationError: the file has a mistake.
    """
    given = settings.write_rules_file
    return _read(RulesFile.from_mapping, given, "write_rules") if given else RulesFile.from_mapping({})


def costs(settings: Settings) -> Costs:
    """What results cost: ALPHA_SWARM_COSTS_FILE, else the packaged table."""
    return _read(Costs.from_mapping, settings.costs_file, "costs")


def dearest_lead(settings: Settings) -> Cost:
    """The most that a lead may cost: as it is set, else the dearest way through the waterfalls."""
    estimate = settings.clay.estimate
    if settings.clay.credits_per_lead is not None:
        return estimate
    return replace(estimate, credits=dearest(waterfalls(settings), SINGLE_PROVIDERS, costs(settings)))


def reservation(settings: Settings) -> Cost:
    """What is set aside for each lead: where a cap has to hold, the most that it may cost."""
    return dearest_lead(settings) if settings.clay.caps.capped else settings.clay.estimate


def waterfalls(settings: Settings) -> Waterfalls:
    """Who is asked for what: ALPHA_SWARM_WATERFALLS_FILE, else the packaged ones."""
    return _read(Waterfalls.from_mapping, settings.waterfalls_file, "waterfalls")


def _read(made_of: Callable[[Mapping[str, Any]], AnyTable], override: Path | None, name: str) -> AnyTable:
    if override is None:
        return made_of(packaged.read(name))
    variable = f"ALPHA_SWARM_{name.upper()}_FILE"
    try:
        return made_of(tomllib.loads(override.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(
            f"{variable}: the file is no readable TOML ({type(error).__name__})"
        ) from None
    except ConfigurationError as error:
        raise ConfigurationError(f"{variable}: {error}") from None
