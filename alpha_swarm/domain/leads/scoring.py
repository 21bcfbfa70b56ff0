"""How well a lead fits the ideal customer profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, Field

from alpha_swarm.domain.states import Tier
from alpha_swarm.domain.tables import Table, read_table

if TYPE_CHECKING:
    from alpha_swarm.domain.leads.enrichment import Values


def _lower(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.lower() for word in words)


_Points = Annotated[int, Field(ge=0, le=100)]
#: Parts of words, compared in lower case; an empty one would be in every text.
_Parts = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], AfterValidator(_lower)]


class SizeBand(Table):
    """Points for a number of employees from ``least`` to ``most``, both included."""

    least: int
    most: int
    points: _Points


class ExactMatch(Table):
    """Points for a text that equals one of ``names``, case and all."""

    names: tuple[str, ...]
    points: _Points


class TitleBand(Table):
    """Points for a title that holds one of ``contains``."""

    contains: _Parts
    points: _Points


class TechMatch(Table):
    """Points for each technology that holds one of ``contains``, up to ``most``."""

    contains: _Parts
    points_each: _Points
    most: _Points


class Tiers(Table):
    """The lowest score of the two better tiers."""

    one: int
    two: int


class Weights(Table):
    """What the score is made of; in a list of bands the first that fits counts."""

    most: _Points
    size: tuple[SizeBand, ...]
    industry: ExactMatch
    title: tuple[TitleBand, ...]
    tech: TechMatch
    funding: ExactMatch
    tiers: Tiers

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Weights:
        """The weights in a table such as ``icp.toml``.

        Raises:
            ConfigurationError: with the wrong key and the remedy.
        """
        return read_table(cls, data, "score weights")


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100, its tier, and the points by criterion."""

    total: int
    tier: Tier
    points: Mapping[str, int]


def score(values: Values, weights: Weights) -> Score:
    """The score of checked values."""
    points = {
        "size": _size(values.company_size, weights.size),
        "industry": _exact(values.company_industry, weights.industry),
        "title": _title(values.title, weights.title),
        "tech": _tech(values.tech_stack, weights.tech),
        "funding": _exact(values.funding_stage, weights.funding),
    }
    total = min(sum(points.values()), weights.most)
    return Score(total=total, tier=_tier(total, weights.tiers), points=points)


def _size(size: int | None, bands: tuple[SizeBand, ...]) -> int:
    return next((band.points for band in bands if band.least <= (size or 0) <= band.most), 0)


def _exact(text: str | None, match: ExactMatch) -> int:
    return match.points if text in match.names else 0


def _title(title: str | None, bands: tuple[TitleBand, ...]) -> int:
    return next((band.points for band in bands if _holds(title or "", band.contains)), 0)


def _tech(stack: tuple[str, ...], match: TechMatch) -> int:
    return min(sum(_holds(entry, match.contains) for entry in stack) * match.points_each, match.most)


def _holds(text: str, parts: tuple[str, ...]) -> bool:
    lower = text.lower()
    return any(part in lower for part in parts)


def _tier(total: int, tiers: Tiers) -> Tier:
    if total >= tiers.one:
        return Tier.ONE
    return Tier.TWO if total >= tiers.two else Tier.THREE
