"""Many calls at once: what becomes of one is no matter for the others, unless it concerns them all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event
from typing import TYPE_CHECKING

import pytest

from alpha_swarm import errors
from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.calls import Answer, Call, Endpoint
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.verdicts import VerdictTable
from alpha_swarm.fence import fenced
from tests.doubles import NoGate
from tests.scripted_server import Asked, ScriptedServer, Told, scripted_server, told
from tests.waiting import PATIENCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CALL = Call(operation="write", method="PUT", path="/0", effect=False, limit=None, json={})
CALLS = [replace(CALL, path=f"/{number}") for number in range(9)]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """The other side, which is content with everything."""
    with scripted_server() as server:
        for call in CALLS:
            server.answers("PUT", call.path, told({"path": call.path}))
        yield server


@pytest.fixture
def gate() -> NoGate:
    """Counts."""
    return NoGate()


@pytest.fixture
def http(server: ScriptedServer, gate: NoGate) -> Iterator[Http]:
    """Connections to it."""
    endpoint = Endpoint(
        target="crm", base_url=server.url, keys=("key",), verdicts=VerdictTable({}), timeout=(1.0, 10.0)
    )
    http = Http(endpoint, gate, SystemClock())
    yield http
    http.close()


def every(http: Http, calls: Sequence[Call], at_once: int = 3) -> list[Answer | errors.AlphaSwarmError]:
    """In the order of the calls."""
    came = {place: one for portion in http.each(calls, at_once) for place, one in portion.items()}
    assert len(came) == len(calls)
    return [came[place] for place in range(len(calls))]


def kinds(came: Sequence[object]) -> list[type]:
    """What each is."""
    return [type(one) for one in came]


def test_each_call_is_made_once_and_gets_its_own_answer(http: Http, server: ScriptedServer) -> None:
    bodies = [one.body for one in every(http, CALLS) if isinstance(one, Answer)]
    assert bodies == [{"path": call.path} for call in CALLS]
    assert sorted(asked.path for asked in server.asked) == [call.path for call in CALLS]


def test_no_calls_are_no_portions(http: Http) -> None:
    assert list(http.each([], 3)) == []


@pytest.mark.parametrize("at_once", [1, 3, 20])
def test_so_many_are_under_way_as_is_said_and_no_more(
    http: Http, server: ScriptedServer, at_once: int
) -> None:
    """Those that may be under way together meet, or the barrier would break."""
    together = Barrier(min(at_once, len(CALLS)), timeout=5)

    def meet(_asked: Asked) -> Told:
        together.wait()
        return told({})

    for call in CALLS:
        server.answers("PUT", call.path, meet)
    assert set(kinds(every(http, CALLS, at_once))) == {Answer}
    assert server.most_at_once == min(at_once, len(CALLS))


def test_a_call_that_hangs_keeps_back_no_other(http: Http, server: ScriptedServer) -> None:
    """The others' answers come while it still waits for its own."""
    answered = Event()

    def hang(_asked: Asked) -> Told:
        assert answered.wait(PATIENCE_SECONDS)
        return told({})

    server.answers("PUT", "/4", hang)
    came: dict[int, object] = {}
    for portion in http.each(CALLS, 2):
        came |= portion
        if len(came) == len(CALLS) - 1:
            assert 4 not in came
            answered.set()
    assert len(came) == len(CALLS)


def test_a_call_that_is_refused_stops_no_other(http: Http, server: ScriptedServer) -> None:
    server.answers("PUT", "/1", told({}, 422))
    server.answers("PUT", "/2", told({}, 503))
    assert kinds(every(http, CALLS[:4])) == [Answer, errors.GiveUpError, errors.RetryLaterError, Answer]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, errors.CredentialsRefusedError), (429, errors.RateLimitedError)]
)
def test_after_a_verdict_on_all_nothing_further_is_sent(
    http: Http, server: ScriptedServer, status: int, kind: type[errors.AlphaSwarmError]
) -> None:
    """The rest gets the same verdict; what is under way by then gets its own."""
    server.answers("PUT", "/2", told({}, status))
    came = every(http, CALLS, 1)
    assert kinds(came) == [Answer, Answer] + [kind] * 7
    assert [asked.path for asked in server.asked] == ["/0", "/1", "/2"]
    assert len({id(one) for one in came[2:]}) == 1


def test_a_stop_holds_for_its_own_batch_alone(http: Http, server: ScriptedServer) -> None:
    server.answers("PUT", "/0", told({}, 429), told({}))
    assert errors.RateLimitedError in kinds(every(http, CALLS, 1))
    assert set(kinds(every(http, CALLS, 1))) == {Answer}


def test_the_fence_is_asked_before_each_call(http: Http, server: ScriptedServer, gate: NoGate) -> None:
    """A process that was frozen in the middle of a batch sends nothing more; the gate hears of it."""
    with fenced(lambda: len(server.asked) >= 2):
        came = every(http, CALLS[:5], 1)
    assert kinds(came) == [Answer, Answer] + [errors.NotReadyError] * 3
    assert len(server.asked) == 2
    assert [exchange.status for _, exchange in gate.left] == [200, 200, None]


def test_every_call_passes_the_gate(http: Http, gate: NoGate) -> None:
    every(http, CALLS)
    assert len(gate.entered) == len(gate.left) == len(CALLS)


def test_several_threads_may_send_side_by_side(http: Http, server: ScriptedServer) -> None:
    """Each drives a loop of its own: a batch of one is not in the way of another's."""
    together = Barrier(4, timeout=5)

    def meet(_asked: Asked) -> Told:
        together.wait()
        return told({})

    server.answers("PUT", "/0", meet)
    with ThreadPoolExecutor(4) as threads:
        came = list(threads.map(lambda _: kinds(every(http, [CALL])), range(4)))
    assert came == [[Answer]] * 4


def test_whoever_stops_listening_stops_the_calls(http: Http, server: ScriptedServer, gate: NoGate) -> None:
    """What is under way is broken off and counted as without an answer; the next batch goes as ever."""
    over = Event()

    def hang(_asked: Asked) -> Told:
        over.wait(PATIENCE_SECONDS)
        return told({})

    server.answers("PUT", "/1", hang)
    portions = iter(http.each(CALLS, 2))
    while len(gate.left) < len(CALLS) - 1:
        next(portions)
    portions.close()  # type: ignore[attr-defined]  # a generator, which its callers close
    over.set()
    assert [exchange.status for _, exchange in gate.left].count(None) == 1
    assert set(kinds(every(http, CALLS[2:]))) == {Answer}


def test_a_fault_of_our_own_is_raised_and_ends_the_batch(http: Http, server: ScriptedServer) -> None:
    """It is no verdict; the connections are good for the next one."""
    with pytest.raises(AttributeError):
        list(http.each([CALL, None], 1))  # type: ignore[list-item]  # the fault
    assert kinds(every(http, [CALL])) == [Answer]
    assert len(server.asked) == 2


def test_after_it_was_closed_it_opens_connections_anew(http: Http) -> None:
    every(http, CALLS)
    http.close()
    assert set(kinds(every(http, CALLS))) == {Answer}
