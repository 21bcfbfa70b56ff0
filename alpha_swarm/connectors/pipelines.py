"""Which pipeline and which stage the words of a rule mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from alpha_swarm.domain.calls.effect import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.domain.crm.deals import Terms

_CAUSE = "no_such_pipeline"


class Named(Protocol):
    """What has an id and a name."""

    @property
    def id(self) -> str:
        """The vendor's."""
        ...

    @property
    def name(self) -> str:
        """As people read it."""
        ...


class Staged(Named, Protocol):
    """A pipeline."""

    @property
    def stages(self) -> Sequence[Named]:
        """From the first to the last."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deal begins, by ids."""

    pipeline: str
    stage: str


One = TypeVar("One", bound=Named)


def place(pipelines: Sequence[Staged], terms: Terms, crm: str) -> Place | Refused:
    """By id or by name; what is not named is the first one."""
    pipeline = _meant(pipelines, terms.pipeline)
    if pipeline is None:
        return Refused(_CAUSE, _missing(crm, f"pipeline {terms.pipeline or ''}".rstrip(), pipelines))
    stage = _meant(pipeline.stages, terms.stage)
    if stage is None:
        what = f"stage {terms.stage or ''}".rstrip()
        return Refused(_CAUSE, _missing(f"the pipeline {pipeline.name} of {crm}", what, pipeline.stages))
    return Place(pipeline.id, stage.id)


def _meant(known: Sequence[One], word: str | None) -> One | None:
    if word is None:
        return next(iter(known), None)
    by_name = (one for one in known if one.name.casefold() == word.casefold())
    return next((one for one in known if one.id == word), next(by_name, None))


def _missing(where: str, what: str, known: Sequence[Named]) -> str:
    return f"{where} has no {what}; it has {', '.join(one.name for one in known) or 'none'}"
