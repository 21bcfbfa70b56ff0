"""Calls for up to 100 contacts, each of which fares as it may where every input has a trace id."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Reply
from alpha_swarm.sandbox.hubspot.errors import Fault, invalid
from alpha_swarm.sandbox.hubspot.portal import Portal, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.sandbox.hubspot.record_faults import Kind

MOST_INPUTS = 100
_TRACE = "objectWriteTraceId"


@dataclass(slots=True)
class _Answer:
    """What has been said of the records so far."""

    results: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    miscounted: int = 0

    def reply(self, status: int, now: float) -> Reply:
        """207 where a record has an error; the results come in an order of their own."""
        body: dict[str, Any] = {
            "status": "COMPLETE",
            "results": self.results[::-1],
            "startedAt": moment(now),
            "completedAt": moment(now),
        }
        if self.errors or self.miscounted:
            body |= {"numErrors": len(self.errors) + self.miscounted, "errors": self.errors}
        return Reply(207 if self.errors else status, body)


class Batches:
    """The handlers of `/batch/...`."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._contacts = portal.contacts

    def create(self, call: Call) -> Reply:
        """New contacts."""

        def act(one: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
            if not isinstance(one.get("associations"), list):
                raise Fault(400, "associations must be a list")
            return self._portal.create(values, call.now).describe()

        return self._write(call, act, 201, keyed=False)

    def update(self, call: Call) -> Reply:
        """By id, or by a unique property other than the e-mail."""

        def act(one: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
            by = one.get("idProperty")
            self._check_unique(by, forbidden="email")
            contact = self._contacts.get(one["id"], by)
            self._portal.write(contact, values, call.now)
            return contact.describe(values)

        return self._write(call, act, 200)

    def upsert(self, call: Call) -> Reply:
        """By a unique property: updates whom it finds and creates the others."""

        def act(one: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
            by = one.get("idProperty")
            self._check_unique(by)
            contact = self._contacts.find(one["id"], by)
            if contact is None:
                known = {str(by): one["id"].lower() if by == "email" else one["id"]}
                return self._portal.create(known | values, call.now).describe(values, new=True)
            self._portal.write(contact, values, call.now)
            return contact.describe(values, new=False)

        return self._write(call, act, 200)

    def read(self, call: Call) -> Reply:
        """By ids, or by the values of one unique property for all."""
        inputs = self._inputs(call)
        by, asked = call.body.get("idProperty"), call.body.get("properties")
        self._check_unique(by, error=False)
        if not isinstance(asked, list) or not isinstance(call.body.get("propertiesWithHistory"), list):
            raise invalid("properties and propertiesWithHistory must be lists")
        answer = _Answer()
        for one in inputs:
            contact = self._contacts.find(one["id"], by)
            if contact is not None:
                answer.results.append(contact.describe(asked))
        gone = [one["id"] for one in inputs if self._contacts.find(one["id"], by) is None]
        if gone:
            text = "Could not get some CONTACT objects, they may be deleted or not exist."
            answer.errors.append(Fault(404, text, context={"ids": gone}).body)
        return answer.reply(200, call.now)

    def archive(self, call: Call) -> Reply:
        """Those that are there."""
        for one in self._inputs(call):
            contact = self._contacts.by_id.get(one["id"])
            if contact is not None:
                self._portal.remove(contact, "delete", call.now)
        return Reply(204)

    def _write(
        self,
        call: Call,
        act: Callable[[dict[str, Any], dict[str, str]], dict[str, Any]],
        status: int,
        *,
        keyed: bool = True,
    ) -> Reply:
        inputs = self._inputs(call, keyed=keyed)
        traced = self._portal.settings.hubspot_multi_status and all(one.get(_TRACE) for one in inputs)
        answer = _Answer()
        for one in inputs:
            try:
                self._one(one, act, answer)
            except Fault as fault:
                if not traced:
                    # What was written by then stays written: the call is refused all the same.
                    raise fault.refusal() from None
                answer.errors.append(fault.body | {"context": {_TRACE: [one[_TRACE]]}})
        return answer.reply(status, call.now)

    def _one(
        self,
        one: dict[str, Any],
        act: Callable[[dict[str, Any], dict[str, str]], dict[str, Any]],
        answer: _Answer,
    ) -> None:
        wrong = self._portal.record_faults.draw()
        self._spoil(wrong)
        if wrong == "dropped":
            return
        result = act(one, self._portal.properties.checked(one.get("properties")))
        if one.get(_TRACE) and wrong != "untraced":
            result[_TRACE] = one[_TRACE]
        if wrong != "unnamed":
            answer.results.append(result)
        if wrong == "contradicted":
            answer.errors.append(Fault(500, "internal error").body | {"context": {_TRACE: [one.get(_TRACE)]}})
        answer.miscounted += wrong == "miscounted"

    def _spoil(self, wrong: Kind | None) -> None:
        if wrong == "refused":
            raise Fault(400, "a fault on demand")
        if wrong == "failed":
            raise Fault(500, "a fault on demand")

    def _inputs(self, call: Call, *, keyed: bool = True) -> list[dict[str, Any]]:
        inputs = call.body.get("inputs") if isinstance(call.body, dict) else None
        if not isinstance(inputs, list) or not all(isinstance(one, dict) for one in inputs):
            raise invalid("inputs must be a list of objects")
        self._portal.log.record("hubspot", "batch", "", len(inputs))
        if not 1 <= len(inputs) <= MOST_INPUTS:
            raise invalid(f"a batch takes 1 to {MOST_INPUTS} inputs")
        for name in ("id", _TRACE) if keyed else (_TRACE,):
            self._refuse_twice(name, [one[name] for one in inputs if name in one])
        if keyed and not all(isinstance(one.get("id"), str) and one["id"] for one in inputs):
            raise invalid("each input needs an id, as a text")
        return inputs

    def _refuse_twice(self, name: str, values: list[Any]) -> None:
        low = [str(value).lower() for value in values]
        if len(low) != len(set(low)):
            raise invalid(f"Duplicate {name} found in batch input")

    def _check_unique(self, name: Any, *, forbidden: str = "", error: bool = True) -> None:
        """Refuses an `idProperty` that does not tell contacts apart."""
        if (name is None and not error) or (name is None and forbidden):
            return
        if name == forbidden or name not in self._portal.properties.unique:
            text = f"Unable to perform update/upsert by non-unique 0-1 property {name}"
            raise Fault(400, text) if error else invalid(text)
