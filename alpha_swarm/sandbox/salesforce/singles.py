"""Operations on one record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.exchange import Call, Refusal, Reply
from alpha_swarm.sandbox.salesforce.errors import answer, refusal

if TYPE_CHECKING:
    from alpha_swarm.sandbox.salesforce.org import Org
    from alpha_swarm.sandbox.salesforce.records import Record, Records
    from alpha_swarm.sandbox.salesforce.saving import Result, Saving

_GONE = frozenset({"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"})


class Singles:
    """Each answers for its record alone."""

    def __init__(self, org: Org, records: Records, saving: Saving) -> None:
        self._org = org
        self._records = records
        self._saving = saving

    def create(self, call: Call) -> Reply:
        """201 with the id."""
        result = self._saving.create(_body(call), call.now, allow=allows(call))
        return Reply(201, _written(result).describe())

    def get(self, call: Call) -> Reply:
        """The fields asked for, or all."""
        record = self._records.get(call.path["record_id"])
        if record is None:
            deleted = self._records.in_bin(call.path["record_id"])
            code = "ENTITY_IS_DELETED" if deleted else "NOT_FOUND"
            raise refusal(404, code, "The requested resource does not exist")
        return Reply(200, record.describe(self._names(call.query.get("fields", ""))))

    def update(self, call: Call) -> Reply:
        """204."""
        _written(self._saving.update(call.path["record_id"], _body(call), call.now, allow=allows(call)))
        return Reply(204)

    def upsert(self, call: Call) -> Reply:
        """201 or 200; 300 with the addresses of all where several records match."""
        name, value, body = call.path["field"], call.path["value"], _body(call)
        check_external(name, self._org)
        if name in body:
            text = f"The {name} field should not be specified in the sobject data"
            raise refusal(400, "INVALID_FIELD", text)
        holders = self._records.holders(name, value)
        if len(holders) > 1:
            return Reply(300, [f"/services/data/v67.0/sobjects/Lead/{one.id}" for one in holders])
        self._refuse_creating(call, holders)
        result = _written(self._saving.upsert(name, value, body, call.now, allow=allows(call)))
        return Reply(201 if result.created else 200, result.describe(upsert=True))

    def delete(self, call: Call) -> Reply:
        """204."""
        _written(self._saving.delete(call.path["record_id"]))
        return Reply(204)

    def _refuse_creating(self, call: Call, holders: list[Record]) -> None:
        if not holders and call.query.get("updateOnly") == "true":
            raise refusal(404, "NOT_FOUND", "The requested resource does not exist")

    def _names(self, text: str) -> list[str]:
        names = text.split(",") if text else list(self._org.fields)
        check_names(names, self._org)
        return names


def allows(call: Call) -> bool:
    """Whether duplicates are to be saved."""
    header = call.headers.get("sforce-duplicate-rule-header", "")
    return "allowsave=true" in header.replace(" ", "").lower()


def check_object(call: Call) -> None:
    """Only leads are imitated."""
    if call.path.get("object", "Lead") != "Lead":
        raise refusal(404, "NOT_FOUND", "The requested resource does not exist")


def check_names(names: list[str], org: Org) -> None:
    """400 for a field that is not there."""
    for name in names:
        if name not in org.fields:
            raise refusal(400, "INVALID_FIELD", f"No such column '{name}' on entity 'Lead'")


def check_external(name: str, org: Org) -> None:
    """Only the external id can stand for a record."""
    field = org.fields.get(name)
    if field is None or not field.describe(unique=True)["externalId"]:
        raise refusal(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible")


def _body(call: Call) -> dict[str, Any]:
    if not isinstance(call.body, dict):
        raise refusal(400, "JSON_PARSER_ERROR", "the body must be an object")
    return call.body


def _written(result: Result) -> Result:
    """The result, or its first problem as the whole answer."""
    if result.success:
        return result
    first = result.problems[0]
    status = 404 if first["statusCode"] in _GONE else 400
    reply = answer(status, first["statusCode"], first["message"])
    raise Refusal(Reply(reply.status, [{**reply.body[0], "fields": first["fields"]}]))
