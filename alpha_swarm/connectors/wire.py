"""The session underneath: what requests is told, and what its errors and bytes mean."""

from __future__ import annotations

import json
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError


def parse_json(body: bytes | None) -> Any:
    """JSON as the standard has it.

    Raises:
        ValueError: it is none, it is nested too deeply, or it was too large to be read (``None``).
    """
    if body is None:
        raise ValueError("the answer is too large")
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("the answer is nested too deeply") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def never_connected(problem: Exception) -> bool:
    """Whether the request cannot have reached the other side."""
    if isinstance(problem, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    reason = getattr(problem.args[0], "reason", None) if problem.args else None
    return isinstance(reason, NewConnectionError) or _certificate_refused(problem)


def _certificate_refused(problem: Exception) -> bool:
    return isinstance(problem, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(problem)


def new_session(pool: int, *, use_proxies: bool) -> requests.Session:
    """A session for one host: no retries, no cookies, no passwords but ours."""
    session = requests.Session()
    session.trust_env = use_proxies
    session.auth = _no_netrc
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=pool, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from putting a password of ``~/.netrc`` in place of our key."""
    return request
