"""Every lead of the workspace that is a person: found, shown, removed; and the block list.

The block list has the e-mails before the leads are removed, so that nobody puts them back in between, and has
them whether or not there are any leads: campaigns are filled from lists that we never see.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.instantly import facts
from alpha_swarm.connectors.whose import see_to_all, sendable, verdict_of
from alpha_swarm.domain.privacy.rights import Identifiers, Receipt
from alpha_swarm.domain.states import Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.connectors.instantly.client import InstantlyClient
    from alpha_swarm.connectors.instantly.schemas import LeadRecord
    from alpha_swarm.errors import AlphaSwarmError

#: As the vendor has them; one of another form spoils a call.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_BARRED = "instantly keeps the e-mail on its block list, so that nobody writes to it"


class Person:
    """One person, for one call of the core: the e-mail is what tells leads apart."""

    def __init__(self, client: InstantlyClient, who: Identifiers) -> None:
        self._client = client
        self._ids = [one for one in who.of(Target.INSTANTLY.value) if _ID.fullmatch(one)]
        self._emails = {email.lower() for email in sendable(who).emails if _EMAIL.fullmatch(email)}

    def forget(self, *, barred: bool) -> Receipt:
        """From campaigns and lists."""
        return self._removed(barred=barred, from_lists=True)

    def silence(self) -> Receipt:
        """From campaigns; whoever is in a list is written to by nobody."""
        return self._removed(barred=True, from_lists=False)

    def known(self) -> list[Mapping[str, Any]]:
        """With all their variables."""
        return [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in self._all()]

    def names(self) -> Identifiers:
        """The profile is a variable of our own."""
        found = self._all()
        profiles = {(one.payload or {}).get("linkedin_url") for one in found}
        return Identifiers(
            emails=tuple(sorted({one.email.lower() for one in found if one.email})),
            linkedin=tuple(sorted(one for one in profiles if isinstance(one, str))),
        )

    def _removed(self, *, barred: bool, from_lists: bool) -> Receipt:
        first = self._all()
        emails = sorted(self._emails)
        if barred:
            for start in range(0, len(emails), facts.MOST_LEADS):
                self._client.block(emails[start : start + facts.MOST_LEADS])
        looks = itertools.chain([first], iter(self._all, None))

        def look() -> list[str]:
            return [one.id for one in next(looks) if from_lists or one.campaign is not None]

        removed = see_to_all("instantly", look, self._delete)
        return Receipt(removed=removed, note=_BARRED if barred and emails else None)

    def _all(self) -> list[LeadRecord]:
        """Those with an id that we hold, and those with an e-mail of theirs or ours, wherever they stand."""
        found = {one.id: one for one in self._client.get_each(self._ids, facts.MOST_IN_FLIGHT)}
        self._emails |= {one.email.lower() for one in found.values() if one.email}
        emails = sorted(self._emails)
        for start in range(0, len(emails), facts.LIST_PAGE):
            listed = self._client.list_leads(emails[start : start + facts.LIST_PAGE], None)
            found |= {one.id: one for one in listed}
        return list(found.values())

    def _delete(self, ids: Sequence[str]) -> AlphaSwarmError | None:
        return verdict_of(self._client.delete_each(ids, facts.MOST_IN_FLIGHT), lambda _place, _answer: None)
