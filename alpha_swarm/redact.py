"""Takes personal data and secrets out of texts that leave the program: logs, error reports, metrics.

Each pattern is anchored or bounded, so the time grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: What ends an address on either side; all else may be part of it.
_STOP = r"\s@<>\",;:()\[\]"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Credentials within an address: redis://:password@host
    (re.compile(r"(?<=://)[^/\s@]++@"), "[secret]@"),
    # Whoever knows the address of a webhook source can write into its table.
    (re.compile(r"(?i)(/sources/webhook/)[^\s\"'<>]+"), r"\1[secret]"),
    # Senders that cannot sign show their secret in the path.
    (re.compile(r"(?i)(/webhooks/crm/\w{1,20}/)[^\s\"'<>?]+"), r"\1[secret]"),
    (re.compile(r"[?#][\w.%~\[\]-]{1,64}=[^\s\"'<>]*"), "?[query]"),
    (re.compile(r"(?i)\b(bearer|basic)\s++(?!\[secret\])[^\s\"',;]+"), r"\1 [secret]"),
    (
        re.compile(
            r"(?i)((?:api[-_]?key|token|secret|password|passwd|authorization)[\"']?\s{0,8}[:=]\s{0,8}[\"']?)"
            r"(?!\[secret\]|bearer|basic)[^\s\"',;&]+"
        ),
        r"\1[secret]",
    ),
    (re.compile(r"\b(?:pit|sk|pk|xox[abeprs]|xapp|whsec|ghp|eyJ)[-_A-Za-z0-9.]{12,}"), "[secret]"),
    (re.compile(r"(?i)(?:https?://)?(?:[\w-]{1,30}\.)?linkedin\.com/(?!company/)[^\s\"'<>]*"), "[profile]"),
    (re.compile(r"(?i)(?:urn:li:(?:person|member|fs_miniProfile):)[\w-]+"), "[profile]"),
    (re.compile(rf"(?<![^{_STOP}])[^{_STOP}]++@[^{_STOP}]++"), "[email]"),
    (re.compile(r"(?i)[\w.+-]{1,64}%40[\w.%-]{1,255}"), "[email]"),
    # Numbers with a plus, with a leading zero, in the North American form, or of ten digits and more;
    # dates and parts of longer words are left alone.
    (re.compile(r"\+\d[\d ()./-]{5,20}\d"), "[phone]"),
    (re.compile(r"(?<![\w.:+-])0\d[\d ()/-]{5,18}\d(?![\w:])"), "[phone]"),
    (re.compile(r"(?<![\w.:+-])(?:1[ .-])?\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}(?![\w:])"), "[phone]"),
    (re.compile(r"(?<![\w.:+-])\d{10,15}(?![\w.:])"), "[phone]"),
)

#: Keys whose values are personal or secret whatever they look like.
_HIDDEN = re.compile(
    r"(?i)(?:^|[._-])(?:e?mail|phone|mobile|(?:first|last|full|contact)_?name|linkedin_?\w*|headline|summary"
    r"|engagement_content|recent_posts|password|secret|token|authorization|cookie|api_?key|dsn)"
    r"(?:s|_work|_personal)?$"
)
_DEEPEST = 12


def redact(text: str) -> str:
    """The text with e-mails, phones, profile URLs, secrets and query strings replaced by their kind."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def redact_mapping(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same for nested data; values under the names of personal and secret fields go altogether."""
    return {redact(str(key)): _redact_entry(str(key), value, 0) for key, value in data.items()}


def _redact_entry(key: str, value: Any, depth: int) -> Any:
    if _HIDDEN.search(key) and isinstance(value, str | bytes | list | tuple):
        return "[redacted]"
    return _redact_value(value, depth)


def _redact_value(value: Any, depth: int) -> Any:
    match value:
        case str():
            return redact(value)
        case bool() | int() | float() | None:
            return value
        case _ if depth >= _DEEPEST:
            return "[too deep]"
        case Mapping():
            return {
                redact(str(key)): _redact_entry(str(key), member, depth + 1) for key, member in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_redact_value(member, depth + 1) for member in value]
        case _:
            return redact(str(value))
