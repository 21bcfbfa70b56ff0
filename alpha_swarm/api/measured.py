"""What ``/metrics`` shows, by what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.api.families import counter, gauge, histogram, single
from alpha_swarm.domain.calls.breaker import BreakerState
from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.domain.states import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.core import Metric

    from alpha_swarm.api.throughput import Total

    Facts = Mapping[str, Any]

_STEP = ("step", "target")
#: Each is shown, also while there is none: an alert on what is not there never fires.
_CLASSES = ("transient", "permanent", "poison", "privacy")


def whole(status: Facts) -> Iterator[Metric]:
    """The state of the whole."""
    yield gauge("leads", "Leads by state.", ("state",), _by_key(status["leads"]))
    yield gauge("queue_depth", "Hints that wait in a queue.", ("queue",), _by_key(status["queues"]))
    yield gauge("health", "1 for the present health.", ("health",), [((status["health"],), 1)])
    oldest = status["oldest_waiting_seconds"]
    yield single("oldest_waiting_seconds", "Age of the oldest due work.", oldest)
    kept = "Writes of which a CRM did not keep something, as read back."
    yield single("not_kept", kept, status["not_kept"])
    yield single("balanced", "1 while the books balance.", status["balanced"])
    yield single("settled", "1 when no lead is on its way.", status["settled"])


def steps(figures: Facts, totals: Mapping[str, Total]) -> Iterator[Metric]:
    """How each step gets on."""
    oldest = [(_labels(step), seconds) for step, seconds in figures["oldest"].items()]
    yield gauge("step_oldest_seconds", "Age of a step's oldest due work.", _STEP, oldest)
    leads = [
        ((*_labels(name), outcome), total.sums[outcome])
        for name, total in totals.items()
        for outcome in ("success", "failed")
    ]
    yield counter("step_leads", "Leads of which a step made something.", (*_STEP, "outcome"), leads)
    runs = [(_labels(name), total.sums["executions"]) for name, total in totals.items()]
    yield counter("step_executions", "Batches that a step ran.", _STEP, runs)
    failures = [(_labels(name), total.sums["failures"]) for name, total in totals.items()]
    yield counter("step_execution_failures", "Batches of which nothing came.", _STEP, failures)
    times = [
        (_labels(name), list(total.cumulative), total.sums["milliseconds_sum"] / 1000)
        for name, total in totals.items()
    ]
    yield histogram("step_duration_seconds", "How long a step's batches took.", _STEP, times)


def money(status: Facts, figures: Facts) -> Iterator[Metric]:
    """What was spent, and what it brought."""
    for meter in ("credits", "actions"):
        used = [
            ((span, kind), value) for span, kinds in status[meter].items() for kind, value in kinds.items()
        ]
        yield gauge(meter, f"{meter.title()} of a day or month, by kind.", ("span", "kind"), used)
    credits_, actions = figures["spent"]
    yield counter("credits_spent", "Credits that results cost.", (), [((), credits_)])
    yield counter("actions_spent", "Actions that results cost.", (), [((), actions)])
    learned = figures["learned"]
    saved = learned["saved"]["credits"] if learned else None
    yield single("credits_saved", "Credits that were not spent on people who were known already.", saved)
    cost = learned["cost"] if learned else {"hit_rate": None, "per_usable_lead": None}
    yield single("hit_ratio", "Share of results with an e-mail or a phone number.", cost["hit_rate"])
    each = cost["per_usable_lead"]
    yield single("usable_lead_credits", "Credits of a usable lead on average.", each and each["credits"])


def providers(figures: Facts) -> Iterator[Metric]:
    """Those behind Clay."""
    known = figures["providers"]
    uses = [((name,), used) for name, (used, _) in known.items()]
    yield counter("provider_uses", "Results that a provider took part in.", ("provider",), uses)
    missed = [((name,), number) for name, (_, number) in known.items()]
    yield counter("provider_missed", "Times that a provider did not answer in time.", ("provider",), missed)
    price = "Credits for a provider's part in a result, by the table of costs."
    yield gauge("provider_price_credits", price, ("provider",), _by_key(figures["prices"]))


def doors(figures: Facts) -> Iterator[Metric]:
    """What came in."""
    yield counter("arrivals", "Leads that doors took in.", ("door", "outcome"), figures["intakes"].items())
    kept_out = [((one["place"], one["what"], one["field"]), one["count"]) for one in figures["withheld"]]
    text = "Times that a field was kept out: by the privacy policy, a phone also as it is suppressed."
    yield counter("fields_withheld", text, ("place", "what", "field"), kept_out)


def calls(status: Facts, figures: Facts) -> Iterator[Metric]:
    """What stands between us and the others."""
    stands = "1 for the present state of a target's breaker."
    yield gauge("breaker", stands, ("target", "state"), _breakers(status))
    limits = [(limit, Limit.parse(limit["configured"])) for limit in status["limits"]]
    labels = ("limit", "unit", "window_seconds")
    named = [((one["limit"], rule.unit, f"{rule.seconds:g}"), one, rule) for one, rule in limits]
    used = [(values, one["used"]) for values, one, _ in named]
    yield gauge("limit_used", "How much of a limit's window is used.", labels, used)
    most = [(values, one["learned"] or rule.burst or rule.amount) for values, one, rule in named]
    yield gauge("limit_most", "The most in a limit's window: as set, or lower as learned.", labels, most)
    refused = dict.fromkeys(status["breakers"], 0) | figures["refused"]
    text = "Calls that were answered with 429."
    yield counter("calls_refused", text, ("target",), _by_key(refused))


def troubles(figures: Facts) -> Iterator[Metric]:
    """What somebody has to see to."""
    dead = dict.fromkeys(_CLASSES, (0, 0.0)) | figures["dead_letters"]
    number = [((kind,), count) for kind, (count, _) in dead.items()]
    yield gauge("dead_letters", "Open dead letters by class.", ("class",), number)
    oldest = [((kind,), seconds) for kind, (_, seconds) in dead.items()]
    yield gauge("dead_letters_oldest_seconds", "Age of the oldest open one.", ("class",), oldest)
    standing = [((key, level), 1) for key, level in figures["alerts"].items()]
    yield gauge("alert", "1 for each alert that stands.", ("key", "level"), standing)


def _breakers(status: Facts) -> Iterator[tuple[tuple[str, str], float]]:
    for target, present in status["breakers"].items():
        for state in BreakerState:
            yield (target, state.value), float(state == present)


def _labels(name: str) -> tuple[str, str]:
    """A step and whom it talks to; workflows that are no step talk to nobody in particular."""
    return name, Step(name).party if name in set(Step) else ""


def _by_key(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str], Any]]:
    for key, value in values.items():
        yield (key,), value
