"""What a record's values must be like, and how they are stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.sales_people import SALES_PEOPLE
from alpha_swarm.sandbox.salesforce.errors import Problem, problem, refusal
from alpha_swarm.sandbox.salesforce.org import NUMBERS, TEXTS
from alpha_swarm.sandbox.salesforce.records import INTEGRATION_USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.sandbox.salesforce.org import LeadField, Org

_USERS = frozenset(one.salesforce_id for one in SALES_PEOPLE) | {INTEGRATION_USER}
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def stored(values: Mapping[str, Any], org: Org) -> dict[str, Any]:
    """The values as the org keeps them: texts trimmed, e-mails in small letters, blanks as `None`.

    A value of another type than its field's cannot be read at all: 400 for the whole call.
    """
    return {
        name: _stored(org.fields[name], value) if name in org.fields else value
        for name, value in values.items()
        if name != "attributes"
    }


def problems(values: Mapping[str, Any], org: Org, *, creating: bool) -> list[Problem]:
    """Everything that is wrong with stored values; nothing in most cases."""
    found = [one for name, value in values.items() if (one := _wrong(org, name, value)) is not None]
    missing = [name for name in org.required if (creating or name in values) and not values.get(name)]
    if missing:
        text = f"Required fields are missing: [{', '.join(missing)}]"
        found.append(problem("REQUIRED_FIELD_MISSING", text, *missing))
    return found


def _stored(field: LeadField, value: Any) -> Any:
    if value is None:
        return None
    if field.kind in TEXTS:
        return _text(field, value)
    if field.kind in NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise _unreadable(field, value)
    if field.kind == "datetime":
        return _moment(field, value)
    return float(value) if field.kind in NUMBERS - {"int"} else value


def _text(field: LeadField, value: Any) -> str | None:
    if not isinstance(value, str):
        raise _unreadable(field, value)
    text = value.strip()
    return (text.lower() if field.kind == "email" else text) or None


def _moment(field: LeadField, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _unreadable(field, value) from None
    moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000")


def _length(text: str) -> int:
    """As the vendor counts: what lies beyond the first 65,536 characters of Unicode counts twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _unreadable(field: LeadField, value: Any) -> Exception:
    kind = type(value).__name__
    return refusal(400, "JSON_PARSER_ERROR", f"Cannot deserialize instance of {field.kind} from {kind}")


def _wrong(org: Org, name: str, value: Any) -> Problem | None:
    field = org.fields.get(name)
    if field is None:
        return problem("INVALID_FIELD", f"No such column '{name}' on sobject of type Lead")
    if not field.writable:
        text = f"Unable to create/update fields: {name}. Please check the security settings of this field"
        return problem("INVALID_FIELD_FOR_INSERT_UPDATE", text, name)
    if field.kind == "reference":
        stranger = problem("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", name)
        return None if value in _USERS else stranger
    return _wrong_text(field, value) if isinstance(value, str) and field.kind in TEXTS else None


def _wrong_text(field: LeadField, value: str) -> Problem | None:
    name = field.name
    if _length(value) > field.length:
        text = f"{name}: data value too large: {value} (max length={field.length})"
        return problem("STRING_TOO_LONG", text, name)
    if field.kind == "email" and not _EMAIL.fullmatch(value):
        return problem("INVALID_EMAIL_ADDRESS", f"{name}: invalid email address: {value}", name)
    return None
