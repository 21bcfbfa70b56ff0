"""What comes of an enrichment: decided by the seed and the person, never by chance at run time."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox import words
from alpha_swarm.sandbox.clay import waterfalls
from alpha_swarm.sandbox.clay.persona import PhoneBook, imagine, key_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.sandbox.clay.tables import Row, Table

_OUTCOMES = {"completed": 75, "partial": 12, "unenrichable": 8, "malformed": 4, "failed": 1}
_FORMULA_SHARE = 0.03
_EMAIL_LEFT_SHARE = 0.6
_PHONELESS_SHARE = 0.4

_Person = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """The end of one enrichment: Clay's status, values by column, who supplied what, and what it costs."""

    status: str
    values: dict[str, Any]
    providers: dict[str, list[str]]
    credits: float
    error: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Chance:
    """What decides an enrichment beside the person: seed, range of its time, numbers given out."""

    seed: int
    seconds: tuple[float, float]
    phone_book: PhoneBook


def find(chance: Chance, table: Table, row: Row) -> Finding:
    """The finding for a row: the same for the same seed and person."""
    key = key_of(row.fields)
    rng = random.Random(f"{chance.seed}/{key}")
    outcome = rng.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    seconds = rng.uniform(*chance.seconds)
    person = imagine(key, rng, chance.phone_book)
    _SHAPES[outcome](person, rng)
    values = {name: value for name, value in person.items() if name in table.columns}
    providers = waterfalls.ask(values, table.columns, table.waterfalls, rng)
    return Finding(
        status="completed" if outcome == "malformed" else outcome,
        values=values | _formula(table, rng),
        providers=providers,
        credits=waterfalls.cost(providers),
        error="every provider of the waterfall failed" if outcome == "failed" else None,
        seconds=seconds,
    )


def _formula(table: Table, rng: random.Random) -> _Person:
    """What a formula column of Clay's would say in a few rows; it follows no rule that clients know."""
    if rng.random() >= _FORMULA_SHARE or not {"icp_score", "icp_tier"} <= table.columns.keys():
        return {}
    return {"icp_score": rng.randrange(1, 100), "icp_tier": rng.choice(["Tier 1", "Tier 2", "Tier 3"])}


def _keep_most(person: _Person, rng: random.Random) -> None:
    """Everything but, often, the phone."""
    if rng.random() < _PHONELESS_SHARE:
        del person["phone"]


def _lose_some(person: _Person, rng: random.Random) -> None:
    """Either the company's size is missing, or every e-mail is, and a phone is left."""
    if rng.random() < _EMAIL_LEFT_SHARE:
        del person["company_size"]
    else:
        del person["email_work"]
        person.pop("email_personal", None)


def _lose_all(person: _Person, _rng: random.Random) -> None:
    person.clear()


def _size_as_text(person: _Person) -> None:
    person["company_size"] = str(person["company_size"])


def _national_phone(person: _Person) -> None:
    digits = str(person["phone"]).removeprefix("+1")
    person["phone"] = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def _no_scheme(person: _Person) -> None:
    person["company_domain"] = person["company_domain"].removeprefix("https://")


def _long_list(person: _Person) -> None:
    person["tech_stack"] = list(words.TECHNOLOGIES[:30])


def _put(name: str, value: Any) -> Callable[[_Person], None]:
    def defect(person: _Person) -> None:
        person[name] = value

    return defect


_DEFECTS: tuple[Callable[[_Person], None], ...] = (
    _put("email_work", "not-an-email"),
    _put("email_work", "N/A"),
    _put("email_work", "two words@broken.example"),
    _national_phone,
    _put("phone", "0171 2345678"),
    _put("phone", "N/A"),
    _size_as_text,
    _put("company_size", 0),
    _put("company_size", 5_000_000),
    _put("company_size", "51-200"),
    _no_scheme,
    _long_list,
    _put("tech_stack", "Salesforce, HubSpot"),
)


def _spoil(person: _Person, rng: random.Random) -> None:
    for defect in rng.sample(_DEFECTS, rng.randrange(1, 4)):
        defect(person)


_SHAPES: dict[str, Callable[[_Person, random.Random], None]] = {
    "completed": _keep_most,
    "partial": _lose_some,
    "unenrichable": _lose_all,
    "malformed": _spoil,
    "failed": _lose_all,
}
