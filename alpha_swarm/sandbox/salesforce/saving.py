"""One record created, updated, upserted or deleted: its result, and what the books note of it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.salesforce import rules
from alpha_swarm.sandbox.salesforce.errors import Problem, problem
from alpha_swarm.sandbox.salesforce.ids import SHORT, is_id
from alpha_swarm.sandbox.salesforce.org import EXTERNAL_ID

if TYPE_CHECKING:
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.salesforce.org import Org
    from alpha_swarm.sandbox.salesforce.records import Record, Records

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record."""

    record_id: str | None
    problems: tuple[Problem, ...] = ()
    created: bool = False

    @property
    def success(self) -> bool:
        """Whether it is saved."""
        return not self.problems

    def describe(self, *, upsert: bool = False) -> dict[str, Any]:
        """As the contract has it; a record that was not saved has no id."""
        known = {"id": self.record_id} if self.success else {}
        told = {**known, "success": self.success, "errors": list(self.problems)}
        return told | {"created": self.created} if upsert else told


def _failed(code: str, message: str, *fields: str) -> Result:
    return Result(None, (problem(code, message, *fields),))


class Saving:
    """Writes as the API does, with the org's rules."""

    def __init__(self, org: Org, records: Records, log: Log, seed: int) -> None:
        self._org = org
        self._records = records
        self._log = log
        self._seed = seed
        self.reset()

    def reset(self) -> None:
        """The same draws anew."""
        self._random = random.Random(f"{self._seed}/salesforce")

    def create(self, given: Values, now: float, *, allow: bool) -> Result:
        """A new record; `allow` saves it although it is a duplicate."""
        values = rules.stored(given, self._org)
        found = self._problems(values, None, allow=allow)
        if found:
            return Result(None, tuple(found))
        record = self._records.create(
            {name: value for name, value in values.items() if value is not None}, now
        )
        self._log.record("salesforce", "create", record.id)
        return Result(record.id, created=True)

    def update(self, record_id: str, given: Values, now: float, *, allow: bool) -> Result:
        """Overwrite what is named."""
        record = self._records.get(record_id)
        if record is None:
            return self._absent(record_id)
        values = rules.stored(given, self._org)
        found = self._problems(values, record, allow=allow)
        if found:
            return Result(None, tuple(found))
        self._note(record, values)
        self._records.write(record, values, now)
        return Result(record.id)

    def upsert(self, name: str, value: str, given: Values, now: float, *, allow: bool) -> Result:
        """Update the one record with this external id, or create it."""
        holders = self._records.holders(name, value)
        if len(holders) > 1:
            text = f"{name}: more than one record found for external id field: {[one.id for one in holders]}"
            return _failed("DUPLICATE_EXTERNAL_ID", text, name)
        if holders:
            return self.update(holders[0].id, given, now, allow=allow)
        return self.create({**given, name: value}, now, allow=allow)

    def delete(self, record_id: str) -> Result:
        """Into the recycle bin."""
        record = self._records.get(record_id)
        if record is None:
            return self._absent(record_id)
        locked = self._locked()
        if locked:
            return Result(None, tuple(locked))
        self._records.delete(record)
        self._log.record("salesforce", "delete", record.id)
        return Result(record.id)

    def _absent(self, record_id: str) -> Result:
        if self._records.in_bin(record_id):
            return _failed("ENTITY_IS_DELETED", "entity is deleted")
        if not is_id(record_id):
            return _failed("MALFORMED_ID", f"Record ID: malformed id {record_id}", "Id")
        return _failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")

    def _problems(self, values: Values, record: Record | None, *, allow: bool) -> list[Problem]:
        if record is not None and record.converted:
            return [problem("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")]
        found = self._locked() or rules.problems(values, self._org, creating=record is None)
        return found or self._taken(values, record) or self._duplicate(values, record, allow=allow)

    def _locked(self) -> list[Problem]:
        if not self._org.order.locked or self._random.random() >= self._org.order.locked:
            return []
        text = "unable to obtain exclusive access to this record or 1 records"
        return [problem("UNABLE_TO_LOCK_ROW", text)]

    def _taken(self, values: Values, record: Record | None) -> list[Problem]:
        """The unique field; the message names the other record by fifteen characters."""
        value = values.get(EXTERNAL_ID)
        others = self._others(EXTERNAL_ID, value, record) if value and self._org.order.unique else []
        if not others:
            return []
        short = others[0].id[:SHORT]
        text = f"duplicate value found: {EXTERNAL_ID} duplicates value on record with id: {short}"
        return [problem("DUPLICATE_VALUE", text)]

    def _duplicate(self, values: Values, record: Record | None, *, allow: bool) -> list[Problem]:
        """The duplicate rule on the e-mail, which names nobody."""
        email = values.get("Email")
        if allow or not email or not self._org.order.duplicate_rule:
            return []
        if record is not None and record.values.get("Email") == email:
            return []
        if not self._others("Email", email, record):
            return []
        return [problem("DUPLICATES_DETECTED", "Use one of these records?")]

    def _others(self, name: str, value: str, record: Record | None) -> list[Record]:
        return [one for one in self._records.holders(name, value) if one is not record]

    def _note(self, record: Record, values: Values) -> None:
        """Blanks over values, and what a person wrote and is now another's."""
        changed = [name for name, value in values.items() if record.values.get(name) != value]
        for name in changed:
            if values[name] is None:
                self._log.record("salesforce", "blank", record.id)
            if name in record.by_person:
                self._log.record("salesforce", "human_edit_overwritten", record.id)
                record.by_person.discard(name)
        self._log.record("salesforce", "update", record.id)
