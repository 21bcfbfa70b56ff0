"""E-mail addresses, phone numbers, hosts and URLs: each in one spelling, or ``None`` if it is none."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

# The library's own way to let reserved names pass: an address is judged by its syntax here, and lists from
# sandboxes and imitations are full of them.
SPECIAL_USE_DOMAIN_NAMES.clear()

#: RFC 5321, 4.5.3.1: 64 for the local part, 255 for the domain; longer text is not worth parsing.
_LONGEST_EMAIL = 320
#: What nearly all addresses look like, and the library returns as it is after forty times as long.
_PLAIN_EMAIL = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}")
#: So short that no part of it can be too long.
_SHORT_EMAIL = 64
#: Room for brackets, dots and an extension around the 15 digits of E.164.
_LONGEST_PHONE = 60
_HOST = re.compile(r"(?:(?!-)[\w-]{1,63}(?<!-)\.)+(?![0-9]+$)(?!-)[\w-]{2,63}(?<!-)")
_LONGEST_HOST = 253
#: In front of a whole domain: www.com keeps its name.
_WWW = re.compile(r"^(?:www\.)+(?=[^.]+\.)")


def normal_email(text: str) -> str | None:
    """The address in lower case, by syntax alone: whether mail can get there is not asked."""
    if len(text) > _LONGEST_EMAIL:
        return None
    address = text.strip()
    if len(address) < _SHORT_EMAIL and _PLAIN_EMAIL.fullmatch(address):
        return address
    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None
    return checked.normalized.lower()


def normal_phone(text: str, region: str = "US") -> str | None:
    """The number in E.164; ``region`` holds for numbers without a country code.

    A number passes when its length is possible in its country. Whether its range is in service is not asked:
    such tables lag behind, and a lost number costs more than a dead one. One repeated digit is a placeholder.
    """
    if len(text) > _LONGEST_PHONE:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    if not possible or len(set(str(number.national_number))) == 1:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def normal_host(text: str) -> str | None:
    """The bare host of a domain or an http(s) URL: ``acme.com`` of ``https://www.Acme.com/about``."""
    address = text.strip()
    host = _host(address if "://" in address else f"https://{address}")
    if host is None or len(host) > _LONGEST_HOST:
        return None
    bare = _WWW.sub("", host.removesuffix("."))
    return bare if _HOST.fullmatch(bare) else None


def is_web_url(text: str) -> bool:
    """Whether it is an http(s) URL with a host."""
    return "://" in text and _host(text) is not None


def _host(url: str) -> str | None:
    """The lower-case host of an http(s) URL; ``None`` for other schemes, blanks, a user or no host."""
    if re.search(r"\s", url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.port != 0 and parts.username is None
    except ValueError:  # brackets that don't match, a port that is no number
        return None
    return (parts.hostname or None) if usable else None
