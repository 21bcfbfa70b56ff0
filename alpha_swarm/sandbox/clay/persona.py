"""The imaginary person behind a LinkedIn URL or an e-mail: always the same for the same seed."""

from __future__ import annotations

import hashlib
import random
import re
import unicodedata
from typing import Any
from urllib.parse import unquote, urlsplit

from alpha_swarm.sandbox import words

_SIZES = ((20, 1, 49), (15, 50, 99), (20, 100, 199), (35, 200, 2000), (6, 2001, 5000), (4, 5001, 90_000))
_SHARED_MAILBOXES = 4
_SHARED_SHARE = 0.005
_PERSONAL_SHARE = 0.4
_FUNDED_SHARE = 0.7
_LONGEST_LOCAL_PART = 60


def key_of(fields: dict[str, Any]) -> str:
    """What identifies the person of a row: the LinkedIn URL, else the e-mail, else the company."""
    for name in ("linkedin_url", "email", "company_domain"):
        if fields.get(name):
            value = unicodedata.normalize("NFC", unquote(str(fields[name]).strip()))
            return f"{name}:{value.lower()}"
    return f"row:{fields['id']}"


class PhoneBook:
    """Gives every person a number of their own, as CRMs match people by it."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def number(self, key: str, rng: random.Random) -> str:
        """The person's number in E.164: the first of the drawn ones that nobody else has."""
        while True:
            number = f"+1{rng.choice(words.AREA_CODES)}555{rng.randrange(10_000):04d}"
            if self._owners.setdefault(number, key) == key:
                return number

    def reset(self) -> None:
        """Take all numbers back."""
        self._owners.clear()


def imagine(key: str, rng: random.Random, phone_book: PhoneBook) -> dict[str, Any]:
    """Everything that could be found about the person, by column name."""
    company = f"{rng.choice(words.COMPANY_HEADS)}{rng.choice(words.COMPANY_TAILS)}".lower()
    work = _work_email(key, company, rng)
    role = rng.choice(words.TITLES)
    person: dict[str, Any] = {
        "email_work": work,
        "phone": phone_book.number(key, random.Random(key)),
        "title": role,
        "company_domain": f"https://{company}.example",
        "company_industry": rng.choice(words.INDUSTRIES),
        "company_size": _size(rng),
        "company_revenue": rng.choice(words.REVENUES),
        "company_location": rng.choice(words.LOCATIONS),
        "tech_stack": rng.sample(words.TECHNOLOGIES, rng.randrange(2, 9)),
        "linkedin_headline": f"{role} at {company.title()}",
        "linkedin_summary": f"{role} with {rng.randrange(3, 25)} years in revenue teams.",
        "linkedin_connections": rng.randrange(40, 9000),
        "recent_posts": rng.sample(words.POSTS, rng.randrange(4)),
        "mutual_connections": rng.randrange(40),
    }
    if rng.random() < _PERSONAL_SHARE:
        person["email_personal"] = f"{_local_part(key)}@homemail.example"
    if rng.random() < _FUNDED_SHARE:
        person["funding_stage"] = rng.choice(words.FUNDING_STAGES)
        person["funding_amount"] = f"${rng.randrange(1, 250)}M"
    return person


def _size(rng: random.Random) -> int:
    low, high = rng.choices([(low, high) for _, low, high in _SIZES], [weight for weight, _, _ in _SIZES])[0]
    return rng.randint(low, high)


def _work_email(key: str, company: str, rng: random.Random) -> str:
    """One in two hundred people is reached at a shared mailbox, so that several URLs lead to one contact."""
    kind, _, value = key.partition(":")
    if kind == "email":
        return value
    if rng.random() < _SHARED_SHARE:
        return f"team{rng.randrange(_SHARED_MAILBOXES)}@sharedmailbox.example"
    return f"{_local_part(key)}@{company}.example"


def _local_part(key: str) -> str:
    """From the last part of the URL's path where that is plain ASCII, else from a hash of it."""
    slug = urlsplit(key.partition(":")[2]).path.rstrip("/").rpartition("/")[2]
    local = re.sub(r"[^a-z0-9]+", ".", slug).strip(".")
    if slug.isascii() and 0 < len(local) <= _LONGEST_LOCAL_PART:
        return local
    return "p" + hashlib.sha256(key.encode()).hexdigest()[:10]
