"""The record of processing activities of this installation: put together from its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.assembly import tables
from alpha_swarm.config.exposure import ledger_exposure, redis_exposure
from alpha_swarm.domain.crm.write_rules import DEFAULT_RULES, PROTECTED, Rule
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.domain.policy.book import Party
from alpha_swarm.domain.privacy.processing_record import Measure, Processing, Recipient, record
from alpha_swarm.domain.results.columns import ROW_FIELDS, SINGLE_PROVIDERS
from alpha_swarm.domain.states import LegalBasis, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from alpha_swarm.config import Settings
    from alpha_swarm.edge import Edge

_FIGURES = "ids and figures, no personal data"


class RecordDesk:
    """Reads the settings, and of the ledger which providers took part in results."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def record(self) -> dict[str, Any]:
        """What ``privacy record --json`` prints."""
        edge, settings = self._edge, self._edge.settings
        with edge.ledger.read() as tx:
            moment, seen = tx.views.today(), tx.providers.totals()
        processing = Processing(
            responsible=settings.privacy.responsible,
            policy=edge.policy,
            lifetimes=settings.keep.lifetimes,
            providers=sorted({*self._providers(), *seen}),
            recipients=list(self._recipients()),
            measures=list(_measures(settings)),
            notice_first=settings.privacy.notice_first,
            retention_in_crms=settings.retention_in_crms,
        )
        return {"generated_at": write_moment(moment), **record(processing)}

    def _providers(self) -> Iterator[str]:
        """By the table that we make; by other transports whoever made the table chose them."""
        if self._edge.settings.clay.transport == "rest":
            yield from SINGLE_PROVIDERS
            for waterfall in dict(tables.waterfalls(self._edge.settings)).values():
                yield from (one.name for one in waterfall.provider if one.on)

    def _recipients(self) -> Iterator[Recipient]:
        settings = self._edge.settings
        transport = {"transport": settings.clay.transport}
        yield Recipient(
            name="clay",
            what="finds contact data and what is known of the employer",
            fields=self._given(Party.CLAY, ROW_FIELDS),
            detail=transport,
        )
        yield from map(self._crm, settings.sync_targets)
        if settings.slack.configured:
            told = self._given(Party.SLACK, settings.slack.fields)
            yield Recipient(name="slack", what="tells people of leads", fields=told, detail={})
        for name, what, there in (
            ("email", f"alerts by SMTP: {_FIGURES}", settings.smtp_url),
            ("pager", f"alerts by webhook: {_FIGURES}", settings.alert_webhook_url),
            ("sentry", f"error reports: {_FIGURES}", settings.sentry_dsn),
            ("traces", f"OpenTelemetry: {_FIGURES}", settings.otel_endpoint),
        ):
            if there:
                yield Recipient(name=name, what=what, detail={})

    def _crm(self, target: Target) -> Recipient:
        rules = self._edge.write_rules.of(target)
        written = (
            name for name in DEFAULT_RULES if name not in PROTECTED and rules.of(name) is not Rule.NEVER
        )
        what = "sends e-mails" if target.value == "instantly" else "keeps contacts"
        fields = self._given(Party(target.value), sorted(written))
        return Recipient(name=target.value, what=what, fields=fields, detail={"mode": rules.mode.value})

    def _given(self, party: Party, fields: Iterable[str]) -> tuple[str, ...]:
        """With consent where any is needed: what the party may get at the most."""
        withheld = self._edge.policy.withheld(party, LegalBasis.CONSENT)
        return tuple(name for name in fields if name not in withheld)


def _measures(settings: Settings) -> Iterator[Measure]:
    yield Measure(name="transport encryption to Clay and to every CRM", on=_in_tls(settings))
    yield Measure(
        name="transport encryption or one machine: Redis",
        on=not redis_exposure(settings),
        setting="REDIS_URL",
    )
    yield Measure(
        name="transport encryption or one machine: the ledger",
        on=not ledger_exposure(settings),
        setting="DATABASE_URL",
    )
    yield Measure(
        name="encryption of personal values at rest", on=_sealed(settings), setting="ENCRYPTION_KEYS"
    )
    yield Measure(name="people are found by keyed hashes of what they are known by", on=True)
    yield Measure(name="no personal data in queues, logs, metrics and error reports", on=True)
    yield Measure(name="an audit trail that shows tampering, anchored outside the ledger", on=True)
    yield Measure(name="keys for whoever brings leads", on=bool(settings.api.keys), setting="API_KEYS")
    yield Measure(
        name="a password for the console", on=bool(settings.console.password), setting="CONSOLE_PASSWORD"
    )
    yield Measure(name="erasure in every system, with receipts", on=True)


def _in_tls(settings: Settings) -> bool:
    """A foreign address is in TLS or refused; one on this machine is the sandbox's."""
    addresses = {
        Target.GHL: settings.ghl.api_base_url,
        Target.INSTANTLY: settings.instantly.api_base_url,
        Target.HUBSPOT: settings.hubspot.api_base_url,
        Target.SALESFORCE: settings.salesforce.instance_url or "https://",
    }
    clay = (settings.clay.api_base_url, settings.clay.public_api_base_url)
    return all(
        url.startswith("https://") for url in (*clay, *(addresses[one] for one in settings.sync_targets))
    )


def _sealed(settings: Settings) -> bool:
    """Whether personal values are sealed in the ledger."""
    privacy = settings.privacy
    return bool(privacy.encryption_keys) or privacy.encryption_keys_file is not None
