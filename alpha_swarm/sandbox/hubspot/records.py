"""Calls for one contact, and the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Reply
from alpha_swarm.sandbox.hubspot.errors import Fault, invalid
from alpha_swarm.sandbox.hubspot.search import check_search

if TYPE_CHECKING:
    from alpha_swarm.sandbox.hubspot.contacts import Contact
    from alpha_swarm.sandbox.hubspot.portal import Portal


class Records:
    """The handlers."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._contacts = portal.contacts

    def create(self, call: Call) -> Reply:
        """A new contact."""
        if not isinstance(_object(call).get("associations"), list):
            raise invalid("associations must be a list")
        try:
            return Reply(201, self._portal.create(self._values(call), call.now).describe())
        except Fault as fault:
            raise fault.refusal() from None

    def get(self, call: Call) -> Reply:
        """One contact with the properties that were asked for."""
        asked = call.query.get("properties", "")
        return Reply(200, self._contact(call).describe(list(filter(None, asked.split(",")))))

    def update(self, call: Call) -> Reply:
        """Overwrite what the body names."""
        contact = self._contact(call)
        try:
            values = self._values(call)
            self._portal.write(contact, values, call.now)
        except Fault as fault:
            raise fault.refusal() from None
        return Reply(200, contact.describe(values))

    def delete(self, call: Call) -> Reply:
        """Archive it; nobody minds when it is gone."""
        contact = self._contacts.by_id.get(call.path["contact_id"])
        if contact is not None:
            self._portal.remove(contact, "delete", call.now)
        return Reply(204)

    def erase(self, call: Call) -> Reply:
        """For good; by id, or by e-mail, where one that nobody has goes on the block list.

        The list keeps out what people type in and import; the API passes it, as forms do.
        """
        body = _object(call)
        by = body.get("idProperty")
        if not isinstance(body.get("objectId"), str) or by not in {None, "email"}:
            raise invalid("objectId must be an id, or an e-mail with idProperty=email")
        contact = self._contacts.find(body["objectId"], by)
        if contact is None and by is None:
            raise Fault(404, "contact not found").refusal()
        if contact is not None:
            self._portal.erase(contact, call.now)
        else:
            self._portal.bar(body["objectId"])
        return Reply(204)

    def merge(self, call: Call) -> Reply:
        """The first one stays."""
        body = _object(call)
        try:
            kept, other = (
                self._contacts.get(str(body.get(name))) for name in ("primaryObjectId", "objectIdToMerge")
            )
        except Fault as fault:
            raise fault.refusal() from None
        if kept is other:
            raise invalid("a contact cannot be merged into itself")
        self._portal.merge(kept, other, call.now)
        return Reply(200, kept.describe())

    def search(self, call: Call) -> Reply:
        """What the index has seen; a contact that is gone since is left out."""
        body = check_search(call.body)
        index = self._portal.index
        ids = index.sort(index.matching(body["filterGroups"], call.now), body["sorts"])
        found = [one for one in map(self._contacts.by_id.get, ids) if one is not None]
        start = int(body["after"] or "0")
        end = start + body["limit"]
        answer: dict[str, Any] = {
            "total": len(found),
            "results": [one.describe(body["properties"]) for one in found[start:end]],
        }
        if end < len(found):
            answer["paging"] = {"next": {"after": str(end)}}
        return Reply(200, answer)

    def associate(self, call: Call) -> Reply:
        """With a company, of which any id will do."""
        contact = self._contact(call)
        self._portal.associations.add((contact.id, call.path["company_id"]))
        return Reply(200, {"status": "COMPLETE", "results": []})

    def _contact(self, call: Call) -> Contact:
        try:
            return self._contacts.get(call.path["contact_id"], call.query.get("idProperty"))
        except Fault as fault:
            raise fault.refusal() from None

    def _values(self, call: Call) -> dict[str, str]:
        return self._portal.properties.checked(_object(call).get("properties"))


def _object(call: Call) -> dict[str, Any]:
    if not isinstance(call.body, dict):
        raise invalid("the body must be an object")
    return call.body
