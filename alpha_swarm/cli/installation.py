"""What belongs to an installation on one machine: its lock, its server, its parts and their environment."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from redis.exceptions import RedisError
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from alpha_swarm import telemetry
from alpha_swarm.coordination.connection import connect
from alpha_swarm.coordination.embedded import EmbeddedServer
from alpha_swarm.domain.states import Step
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.queueing.queues import DEAD_LETTERS
from alpha_swarm.supervision.child import Spec
from alpha_swarm.supervision.processes import api_command, scheduler_command, worker_command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from alpha_swarm.config import Settings


Answer = TypeVar("Answer")


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home; the kernel frees it however this process ends.

    Raises:
        ConfigurationError: another supervisor holds it, or it cannot be made.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (home / "up.lock").open("a")
    except OSError as error:
        raise ConfigurationError(f"ALPHA_SWARM_HOME: {home} cannot be used ({error.strerror})") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"alpha-swarm is up already in {home}: stop it first, or set another ALPHA_SWARM_HOME"
            ) from None
        yield


@contextmanager
def embedded_server(settings: Settings) -> Iterator[EmbeddedServer | None]:
    """The embedded Redis while the block runs; ``None`` where REDIS_URL names another."""
    if settings.redis_url is not None:
        _require_redis(settings.redis_url.get_secret_value())
        yield None
        return
    server = EmbeddedServer(settings.home)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def with_port(settings: Settings) -> Settings:
    """Port 0 replaced by a free one, so that the HTTP door keeps it when it is started again.

    Raises:
        ConfigurationError: the port is not to be had, even after those who are ending had time to.
    """
    host, port = settings.api.host, settings.api.port
    try:
        port = _patiently(OSError, _free_port, host, port)
    except OSError as error:
        raise ConfigurationError(
            f"API_HOST, API_PORT: {host}:{port} cannot be used ({error.strerror}); choose another port"
        ) from None
    return settings.model_copy(update={"api": settings.api.model_copy(update={"port": port})})


def _free_port(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as probe:
        return int(probe.getsockname()[1])


def _require_redis(url: str) -> None:
    try:
        with connect(url) as connection:
            _patiently(RedisError, connection.ping)
    except RedisError as error:
        raise ConfigurationError(
            f"REDIS_URL: no server answers there ({type(error).__name__}); start it or correct the address"
        ) from None


def _patiently(trouble: type[Exception], act: Callable[..., Answer], *arguments: object) -> Answer:
    """What a restart needs: the ports of those who are just ending, a server that is just starting."""
    patient = Retrying(
        retry=retry_if_exception_type(trouble), stop=stop_after_delay(5), wait=wait_fixed(0.5), reraise=True
    )
    return patient(act, *arguments)


def environ(settings: Settings) -> dict[str, str]:
    """This process's environment with what was settled here; rq-scheduler reckons in local time."""
    return {
        **os.environ,
        "ALPHA_SWARM_HOME": str(settings.home.resolve()),
        "API_HOST": settings.api.host,
        "API_PORT": str(settings.api.port),
        "TZ": "UTC",
    }


def configure_telemetry(settings: Settings) -> None:
    """Logs and error reports as the settings say."""
    dsn = settings.sentry_dsn
    telemetry.configure(
        log_format=settings.log_format,
        sentry_dsn=None if dsn is None else dsn.get_secret_value(),
        environment=settings.environment,
    )


def specs(settings: Settings, workers: Mapping[str, int], *, api: bool) -> list[Spec]:
    """The parts: the HTTP door, the workers by queue, the scheduler."""
    doors = [Spec("api", lambda _holder: api_command(), after=_DOOR_AFTER)] if api else []
    names = [
        f"{queue}.{number}"
        for role, count in workers.items()
        for queue in queues_of(role, settings)
        for number in range(1, count + 1)
    ]
    return [*map(worker_spec, names), *doors, Spec("scheduler", scheduler_command, after=_CLOCK_AFTER)]


def worker_spec(name: str) -> Spec:
    """The worker ``<queue>.<number>``."""
    queue = name.partition(".")[0]
    after = _CLOCK_AFTER if queue == DEAD_LETTERS else 0.0
    return Spec(name, lambda holder: worker_command(queue, holder), after)


def queues_of(role: str, settings: Settings) -> list[str]:
    """``sync`` stands for a queue of each configured CRM."""
    if role == "sync":
        return [Step.sync(target).value for target in settings.sync_targets]
    return [role]


#: Seconds after the workers of leads: a start takes a second of a processor.
_DOOR_AFTER, _CLOCK_AFTER = 0.4, 1.5


class Announcement:
    """One line when everything is up."""

    def __init__(self, settings: Settings, *, api: bool) -> None:
        self._address = (settings.api.host, settings.api.port) if api else None
        self._made = False

    def make_once(self) -> None:
        """Say so as soon as the HTTP door takes connections."""
        if self._made or not self._open():
            return
        where = "" if self._address is None else ": http://{}:{}".format(*self._address)
        sys.stdout.write(f"Alpha Swarm is up{where}\n")
        sys.stdout.flush()
        self._made = True

    def _open(self) -> bool:
        if self._address is None:
            return True
        try:
            socket.create_connection(self._address, timeout=1).close()
        except OSError:
            return False
        return True
