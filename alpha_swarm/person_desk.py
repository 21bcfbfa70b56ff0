"""What is done for a person who asks: put together from the parts of one process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly import tables
from alpha_swarm.domain.doors.who import CLAY, require_who
from alpha_swarm.domain.leads.provenance import provenance
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.policy.corrections import require_held
from alpha_swarm.domain.policy.withholding import lead_for
from alpha_swarm.domain.privacy import access
from alpha_swarm.domain.privacy.audit import AuditKind
from alpha_swarm.domain.results.columns import row_fields
from alpha_swarm.ledger.leads.stories import ACCESS, LOOKED_AT
from alpha_swarm.ledger.person_file import PersonFile
from alpha_swarm.pipeline.closing import Closing
from alpha_swarm.pipeline.privacy.access import Inquiry
from alpha_swarm.pipeline.privacy.rectify import Rectify
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.domain.doors.who import Who
    from alpha_swarm.domain.policy.policy import PrivacyPolicy
    from alpha_swarm.domain.privacy.rights import Identifiers
    from alpha_swarm.domain.states import Target
    from alpha_swarm.edge import Edge
    from alpha_swarm.pipeline.privacy.introduction import Introduced

#: Under this name stands what the ledger holds, beside what the other systems do.
OURS = "alpha_swarm"


class PersonDesk:
    """Access and rectification."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def access(self, who: str) -> dict[str, Any] | None:
        """All that is held of the person, here and elsewhere; ``None`` where that is nothing.

        Whom the ledger does not know the other systems may. That somebody asked stands in the stories of the
        leads before anything is told.

        Raises:
            UserError: nobody could be known by that, or several people are.
        """
        edge = self._edge
        introduced = self._introduced(who)
        lead_ids = self._find(introduced.people)
        looked = {"where": "privacy access", "action": ACCESS}
        with edge.ledger.begin() as tx:
            tx.tell(Story(lead_id=key, kind=LOOKED_AT, detail=looked) for key in lead_ids)
            tx.audit.note(AuditKind.ACCESS, leads=list(lead_ids))
        with edge.ledger.read() as tx:
            file = PersonFile(tx, lead_ids)
            asked = file.identifiers(introduced.people)
            told = {"generated_at": write_moment(tx.views.today()), **_held(file, asked, edge.policy)}
        answers = self._inquiry.ask(asked)
        missing = [*answers.missing, *access.untold(who, introduced.untold)]
        if not (lead_ids or told["letters"] or any(answers.held.values()) or missing):
            return None
        return {
            **told,
            **access.said_of(edge.settings.privacy.responsible, told["provenance"]),
            "personal_data": {OURS: told["personal_data"], **answers.held},
            "missing": missing,
        }

    @property
    def _inquiry(self) -> Inquiry:
        edge = self._edge
        crms = {one.value: partial(_known, edge, one) for one in edge.settings.sync_targets}
        return Inquiry({CLAY: partial(_known_rows, edge), **crms}, edge.clock)

    def _introduced(self, text: str) -> Introduced:
        return self._edge.introduction.of(require_who(text))

    def _find(self, people: Sequence[Who]) -> tuple[str, ...]:
        with self._edge.ledger.read() as tx:
            return tuple(sorted(tx.rights.person(people)))

    def rectify(self, who: str, corrections: Mapping[str, Any]) -> dict[str, Any] | None:
        """What :meth:`Rectify.run` tells; ``None`` for somebody unknown, or of whom no values are held.

        Raises:
            UserError: nobody could be known by that, several people are, or the policy forbids a field.
        """
        require_held(self._edge.policy, corrections)
        lead_ids = self._find([require_who(who)])
        told = self._rectify().run(lead_ids, corrections) if lead_ids else None
        return told if told and told["lead_ids"] else None

    def _rectify(self) -> Rectify:
        edge = self._edge
        return Rectify(
            edge.ledger,
            edge.hints,
            edge.clock,
            tables.weights(edge.settings),
            targets=edge.settings.sync_targets,
            writes_back=Closing.of(edge.enricher).writes_back,
        )


def _known_rows(edge: Edge, who: Identifiers) -> Sequence[Mapping[str, Any]]:
    return edge.enricher.known(who)


def _known(edge: Edge, target: Target, who: Identifiers) -> Sequence[Mapping[str, Any]]:
    """Made when it is asked: what one CRM lacks keeps back no other system."""
    return edge.crms[target].known(who)


def _held(file: PersonFile, who: Identifiers, policy: PrivacyPolicy) -> dict[str, Any]:
    """What the ledger holds."""
    trails = [provenance(lead) for lead in file.leads.values()]
    given = [row_fields(lead_for(policy, Party.CLAY, lead)) for lead in file.leads.values()]
    changes, story = file.changes(), file.story()
    return {
        "lead_ids": list(who.lead_ids),
        "identifiers": who.to_json(),
        "personal_data": file.kept(),
        "provenance": trails,
        "sources": access.sources(trails),
        "recipients": access.recipients(
            story, changes, file.told_of(), submitted={name for one in given for name in one}
        ),
        "changes": changes,
        "letters": file.letters(who),
        "dead_letters": file.dead_letters(),
        "story": story,
    }
