"""The kinds of values a variable can hold; each turns text into a value or says what to write instead."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    SecretStr,
    TypeAdapter,
)

from alpha_swarm.config import urls
from alpha_swarm.data_keys import read_key
from alpha_swarm.domain.calls.in_flight import InFlight
from alpha_swarm.domain.calls.limits import Limit, parse_limits
from alpha_swarm.domain.leads.output import OUTPUT_FIELDS
from alpha_swarm.domain.results.quality import MEASURED
from alpha_swarm.domain.states import Target, Tier

#: Whether the mail server knows it is another question.
_ADDRESS = re.compile(r"[^@\s,<>]+@[^@\s,<>]+")
#: Bytes; the rules of Standard Webhooks ask for so many.
_SHORTEST_SIGNING_KEY = 24
_MOST_DAYS = 3660
_ID = re.compile(r"[A-Za-z0-9_.:~-]{1,200}")

_MEMBER = re.compile(r"[UW][A-Z0-9]{2,30}")

LONGEST = 366 * 86400.0
"""Seconds; a longer wait is a typing mistake, and times beyond reckoning break the ledger's arithmetic."""


def _commas(value: Any) -> Any:
    """The members of a comma list, without blanks and repetitions."""
    if not isinstance(value, str):
        return value
    members = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if not members:
        raise ValueError("must name at least one; leave it out to name none")
    return members


def _visible(secret: SecretStr) -> SecretStr:
    """A key travels in an HTTP header: visible ASCII only."""
    if not all("!" <= character <= "~" for character in secret.get_secret_value()):
        raise ValueError("must be visible ASCII characters without blanks; copy the key again")
    return secret


def _limits(value: Any) -> tuple[Limit, ...]:
    return parse_limits(value) if isinstance(value, str) else cast("tuple[Limit, ...]", value)


def _in_flight(value: Any) -> InFlight | None:
    return InFlight.parse(value) if isinstance(value, str) else cast("InFlight | None", value)


def _encryption_key(secret: SecretStr) -> SecretStr:
    read_key(secret.get_secret_value())
    return secret


def _secretly(check: Any) -> AfterValidator:
    """A check of the text inside a secret."""
    return AfterValidator(lambda secret: SecretStr(check(secret.get_secret_value())))


def _file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError("must be the path of a file that exists")
    return path


def _directory(path: Path) -> Path:
    """``~`` is the user's home also in ``.env``, where no shell resolves it."""
    try:
        resolved = path.expanduser()
        taken = resolved.exists() and not resolved.is_dir()
    except RuntimeError:
        raise ValueError("must be a path; there is no such user") from None
    except OSError as error:
        raise ValueError(f"must be a path that can be used ({error.strerror})") from None
    if taken:
        raise ValueError("must be a directory; there is a file of that name")
    return resolved


def _id(text: str) -> str:
    """An id becomes a part of a path, and must not lead out of it."""
    if not _ID.fullmatch(text) or not text.strip("."):
        raise ValueError("must be an id of letters, digits and any of -_.:~; copy it again")
    return text


def _host(text: str) -> str:
    if "/" in text or "@" in text or any(map(str.isspace, text)):
        raise ValueError("must be a host name or address alone, such as 127.0.0.1")
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a time zone by name, such as UTC or Europe/Berlin") from None
    return text


def _targets(value: Any) -> tuple[Target, ...]:
    names = _commas(value)
    if any(name not in set(Target) for name in names):
        raise ValueError(f"must be a comma list of {', '.join(Target)}")
    return tuple(Target(name) for name in names)


def _fields(value: Any) -> tuple[str, ...]:
    names = cast("tuple[str, ...]", _commas(value))
    unknown = sorted(set(names) - set(OUTPUT_FIELDS))
    if unknown:
        raise ValueError(f"must be a comma list of {', '.join(OUTPUT_FIELDS)}")
    return names


def _measured(value: Any) -> tuple[str, ...]:
    names = cast("tuple[str, ...]", _commas(value))
    if set(names) - set(MEASURED):
        raise ValueError(f"must be a comma list of {', '.join(MEASURED)}")
    return names


def _members(value: Any) -> tuple[str, ...]:
    names = cast("tuple[str, ...]", _commas(value))
    if not all(map(_MEMBER.fullmatch, names)):
        raise ValueError("must be a comma list of Slack's user ids, such as U024BE7LH")
    return names


def _addresses(value: Any) -> tuple[str, ...]:
    found = cast("tuple[str, ...]", _commas(value))
    if not all(map(_ADDRESS.fullmatch, found)):
        raise ValueError("must be a comma list of e-mail addresses")
    return found


def _tier_days(value: Any) -> tuple[tuple[Tier, float], ...]:
    """``1:30,2:90``: tier and days."""
    if isinstance(value, tuple) and not all(isinstance(part, str) for part in value):
        return value
    found: dict[Tier, float] = {}
    for part in cast("tuple[str, ...]", _commas(value)):
        number, _, days = part.partition(":")
        try:
            found[Tier(f"Tier {number.strip()}")] = _days(days)
        except ValueError:
            raise ValueError("must be tiers with days, such as 1:30,2:90") from None
    return tuple(found.items())


def _days(text: str) -> float:
    days = float(text)
    if not 1 <= days <= _MOST_DAYS:
        raise ValueError(text)
    return days


def _signing(secret: SecretStr) -> SecretStr:
    """As Standard Webhooks has it: base64 behind a prefix."""
    try:
        key = b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if len(key) < _SHORTEST_SIGNING_KEY:
        raise ValueError(
            f"must be whsec_ and {_SHORTEST_SIGNING_KEY} bytes or more in base64, such as"
            f" openssl rand -base64 {_SHORTEST_SIGNING_KEY} makes them"
        )
    return secret


class Lane(BaseModel):
    """One table's webhook source, which takes 50,000 submissions and is then used up."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(min_length=1, max_length=64)]
    url: Annotated[SecretStr, _secretly(urls.base_url)]
    """Whoever knows it can write into the table."""
    token: Annotated[SecretStr, Field(min_length=1), AfterValidator(_visible)] | None = None
    table: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """Lanes with the same one share a table."""
    unlimited: bool = False
    """Its table deletes rows by itself (Enterprise), so neither has an end."""


def _lanes(value: Any) -> tuple[Lane, ...]:
    """Lanes as JSON, or as the path of a file that holds it."""
    if isinstance(value, tuple):
        return value
    try:
        text = value if value.startswith("[") else Path(value).read_text(encoding="utf-8")
        lanes = TypeAdapter(tuple[Lane, ...]).validate_json(text)
    except (OSError, ValueError):
        raise ValueError(
            "must be a JSON list of {name, url, token} with https addresses, or the path of such a file",
        ) from None
    if len({lane.name for lane in lanes}) < len(lanes):
        raise ValueError("must be a JSON list whose lanes have different names")
    return lanes


Id = Annotated[str, AfterValidator(_id)]
Secret = Annotated[SecretStr, Field(min_length=1)]
Key = Annotated[SecretStr, AfterValidator(_visible)]
Keys = Annotated[tuple[Key, ...], BeforeValidator(_commas)]
EncryptionKey = Annotated[SecretStr, AfterValidator(_encryption_key)]
EncryptionKeys = Annotated[tuple[EncryptionKey, ...], BeforeValidator(_commas)]
PublicKeys = Annotated[tuple[str, ...], BeforeValidator(_commas)]
Addresses = Annotated[tuple[str, ...], PlainValidator(_addresses)]
TierDays = Annotated[tuple[tuple[Tier, float], ...], PlainValidator(_tier_days)]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing)]
Targets = Annotated[tuple[Target, ...], PlainValidator(_targets)]
Fields = Annotated[tuple[str, ...], PlainValidator(_fields)]
Measured = Annotated[tuple[str, ...], PlainValidator(_measured)]
Members = Annotated[tuple[str, ...], PlainValidator(_members)]
Lanes = Annotated[tuple[Lane, ...], PlainValidator(_lanes)]
BaseUrl = Annotated[str, AfterValidator(urls.base_url)]
SecretUrl = Annotated[SecretStr, _secretly(urls.base_url)]
RedisUrl = Annotated[SecretStr, _secretly(urls.redis_url)]
DatabaseUrl = Annotated[SecretStr, _secretly(urls.database_url)]
SmtpUrl = Annotated[SecretStr, _secretly(urls.smtp_url)]
SentryDsn = Annotated[SecretStr, _secretly(urls.sentry_dsn)]
CollectorUrl = Annotated[str, AfterValidator(urls.collector_url)]
Host = Annotated[str, AfterValidator(_host)]
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(gt=0, le=LONGEST, allow_inf_nan=False)]
Days = Annotated[float, Field(gt=0, le=3660, allow_inf_nan=False)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]
Directory = Annotated[Path, AfterValidator(_directory)]
ExistingFile = Annotated[Path, AfterValidator(_file)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]

RateLimits = Annotated[tuple[Limit, ...], PlainValidator(_limits)]
Concurrency = Annotated[InFlight | None, PlainValidator(_in_flight)]
