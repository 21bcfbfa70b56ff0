"""The libraries underneath: what they are told, and what their errors and bytes mean."""

from __future__ import annotations

import json
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
from aiohttp import ClientConnectorCertificateError, ClientConnectorError, ClientError, ConnectionTimeoutError
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError

from alpha_swarm.domain.foreign_json import read_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import ClientResponse

#: What is raised when no whole answer comes.
BREAKS = (requests.RequestException, HTTPError, ClientError, TimeoutError)
#: What is raised before anything is sent, as it cannot be.
UNSENDABLE = (requests.exceptions.InvalidJSONError, requests.exceptions.InvalidHeader)
#: What is raised when no connection comes about.
_UNCONNECTED = (
    requests.ConnectTimeout,
    requests.exceptions.ProxyError,
    ClientConnectorError,
    ClientConnectorCertificateError,
    ConnectionTimeoutError,
)
_CHUNK = 64 * 1024
_JSON = json.JSONEncoder(allow_nan=False, separators=(",", ":"))


def write_json(value: Any) -> bytes:
    """JSON as the standard has it, in ASCII; orjson would write what JSON has no word for as null.

    Raises:
        TypeError, ValueError: it holds what JSON has no word for.
    """
    return _JSON.encode(value).encode()


def parse_json(body: bytes | None) -> Any:
    """JSON as the standard has it.

    Raises:
        ValueError: it is none, it is nested too deeply, or it was too large to be read (``None``).
    """
    if body is None:
        raise ValueError("the answer is too large")
    try:
        return read_json(body)
    except RecursionError:
        raise ValueError("the answer is nested too deeply") from None


def never_connected(problem: Exception) -> bool:
    """Whether the request cannot have reached the other side."""
    if isinstance(problem, _UNCONNECTED):
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


def read(response: requests.Response, cap: int, late: Callable[[], bool]) -> bytes | None:
    """The body, or ``None`` when it is larger than the cap.

    Raises:
        requests.ReadTimeout: it was late.
    """
    body = bytearray()
    # read1 hands over whatever has come, so that a trickle cannot outlast the deadline.
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > cap:
            return None
        if late():
            raise requests.ReadTimeout
    return bytes(body)


async def read_async(response: ClientResponse, cap: int) -> bytes | None:
    """The same of aiohttp, whose requests have an end of their own."""
    body, content = bytearray(), response.content
    while not content.at_eof():
        body += await content.readany()
        if len(body) > cap:
            return None
    return bytes(body)


def proxy_of(url: str) -> str | None:
    """The proxy that the environment names for this address."""
    return requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url))
