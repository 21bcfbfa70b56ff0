"""Settings → the values and connectors that the parts are built with; connectors are imported when built."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from alpha_swarm.assembly.keys import key_ring, keys_url
from alpha_swarm.assembly.lanes import records_limit, require_room_for_records, rows_at_once, webhook_config
from alpha_swarm.assembly.tables import check_tables, waterfalls
from alpha_swarm.assembly.telling import ways as telling_ways
from alpha_swarm.config import require_clay, require_targets
from alpha_swarm.coordination.embedded import embedded_url
from alpha_swarm.domain.results.columns import columns
from alpha_swarm.domain.states import Step, Target
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.config import LedgerConfig
from alpha_swarm.queueing.queues import ROUTES
from alpha_swarm.sealing import Seal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from alpha_swarm.clock import Clock
    from alpha_swarm.config import Settings
    from alpha_swarm.config.clay import Clay
    from alpha_swarm.domain.calls.limits import Limit
    from alpha_swarm.ports.edge import Facts, Gate
    from alpha_swarm.ports.enricher import Enricher
    from alpha_swarm.ports.lanes import LaneBook
    from alpha_swarm.tracing import Tracing

_LEADS_A_JOB = 100
_WEBHOOK_PATH = "/webhooks/clay/enrichment-complete"


def database_url(settings: Settings) -> str:
    """DATABASE_URL, else an SQLite file in ALPHA_SWARM_HOME."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.home.resolve() / 'ledger.db'}"


def redis_url(settings: Settings) -> str:
    """REDIS_URL, else the embedded server of this home."""
    return settings.redis_url.get_secret_value() if settings.redis_url else embedded_url(settings.home)


def ledger_config(settings: Settings, holder: str) -> LedgerConfig:
    """What the ledger needs to know."""
    return LedgerConfig(
        url=database_url(settings),
        key=key(settings),
        holder=holder,
        caps=settings.clay.caps,
        paid_steps=paid_steps(settings.clay),
        ways=telling_ways(settings),
        lifetimes=settings.keep.lifetimes,
        keys_url=keys_url(settings, database_url(settings)),
        ring=key_ring(settings),
        systems=(Step.ENRICH.party, *(target.value for target in settings.sync_targets)),
    )


def key(settings: Settings) -> bytes:
    """ALPHA_SWARM_KEY, else the key of this home, made at the first start."""
    if settings.key is not None:
        return settings.key.get_secret_value().encode()
    make_home(settings)
    path = settings.home / "key"
    try:
        return _key_file(path)
    except OSError as error:
        raise ConfigurationError(f"ALPHA_SWARM_HOME: no key can be kept there ({error.strerror})") from None


def token_seal(settings: Settings) -> Seal:
    """What tokens are sealed with that the ledger keeps."""
    return Seal(key(settings), "OAuth tokens")


def make_home(settings: Settings) -> None:
    """The folder of the embedded data, for nobody else to read.

    Raises:
        ConfigurationError: it cannot be made.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(
            f"ALPHA_SWARM_HOME: the folder cannot be made ({error.strerror}); choose another"
        ) from None


def _key_file(path: Path) -> bytes:
    draft = path.with_name(f"key.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_hex(32))
    try:
        os.link(draft, path)  # of two processes that start together, one makes the key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_bytes().strip()


def hint_batches(settings: Settings) -> dict[Step, int]:
    """The steps of this installation → leads a job."""
    clay = settings.clay
    steps = {
        Step.INGEST: _whole_calls(_leads_a_submission(clay)),
        # Within a queue what was begun is ended first, so that a backlog does not hold back results.
        Step.COLLECT: ROUTES[Step.COLLECT].batch,
        Step.WRITE_BACK: _whole_calls(clay.batch_updates),
        Step.ENRICH: _whole_calls(clay.batch_enrich),
    }
    return steps | {Step.sync(target): ROUTES[Step.sync(target)].batch for target in settings.sync_targets}


def _leads_a_submission(clay: Clay) -> int:
    return {
        "rest": clay.batch_rows,
        "webhook": clay.webhook_max_records,
        "routines": clay.routine_batch,
    }[clay.transport]


def _whole_calls(leads_a_call: int) -> int:
    """Leads a job: as many full calls as share a commit well."""
    return leads_a_call * max(1, _LEADS_A_JOB // leads_a_call)


def limits(settings: Settings) -> Mapping[str, Sequence[Limit]]:
    """The gate's limits by the names that the connectors use: those of the transport, and of the CRMs."""
    clay = settings.clay
    of_transport: dict[str, dict[str, Sequence[Limit]]] = {
        "rest": {
            "clay.rows": clay.limit_rows,
            "clay.enrich": clay.limit_enrich,
            "clay.updates": clay.limit_updates,
            "clay.exports": clay.limit_exports,
        },
        "webhook": {"clay.webhook": records_limit(clay)},
        "routines": {"clay.routines": clay.limit_routines},
    }
    of_crms = {
        Target.GHL.value: settings.ghl.limit,
        Target.INSTANTLY.value: settings.instantly.limit,
        Target.HUBSPOT.value: settings.hubspot.limit,
        "hubspot.search": settings.hubspot.search_limit,
        "slack": settings.slack.limit,
        Target.SALESFORCE.value: settings.salesforce.limit,
    }
    return {**of_transport[clay.transport], **of_crms}


def scopes(settings: Settings) -> Mapping[str, str]:
    """The account or table that each limit is about, as far as the settings name it.

    Where they don't, more is shared than needs be, which is never too fast.
    """
    clay, ghl, instantly = settings.clay, settings.ghl, settings.instantly
    account = f"{clay.api_base_url}:{clay.workspace_id or ''}"
    table = f"{account}:{clay.table_id or ''}"
    return {
        "clay.rows": table,
        "clay.enrich": account,
        "clay.updates": table,
        "clay.exports": account,
        "clay.routines": f"{clay.public_api_base_url}:{clay.workspace_id or ''}",
        "clay.webhook": clay.workspace_id or "",
        Target.GHL.value: f"{ghl.api_base_url}:{ghl.location_id or ''}",
        Target.INSTANTLY.value: instantly.api_base_url,
        Target.HUBSPOT.value: settings.hubspot.api_base_url,
        "hubspot.search": settings.hubspot.api_base_url,
        "slack": settings.slack.channel or "",
        Target.SALESFORCE.value: settings.salesforce.instance_url or "",
    }


def paid_steps(clay: Clay) -> frozenset[Step]:
    """Those that cost; where submitting starts the enrichment, what was brought in before is brought anew."""
    return frozenset({Step.ENRICH} if clay.transport == "rest" else {Step.INGEST, Step.ENRICH})


def enricher(settings: Settings, gate: Gate, facts: Facts, clock: Clock, book: LaneBook) -> Enricher:
    """Clay by the configured transport.

    Raises:
        ConfigurationError: a key is missing, or the transport is not carried.
    """
    require_clay(settings)
    if settings.clay.transport == "routines":
        return _routines(settings.clay, gate, clock)
    if settings.clay.transport == "webhook":
        return _webhook(settings, gate, book, clock)
    return _rest(settings, gate, facts, clock)


def _rest(settings: Settings, gate: Gate, facts: Facts, clock: Clock) -> Enricher:
    from alpha_swarm.connectors.clay.rest import ClayRest
    from alpha_swarm.connectors.clay.settings import ClayConfig

    clay = settings.clay
    config = ClayConfig(
        keys=tuple(one.get_secret_value() for one in clay.keys),
        base_url=clay.api_base_url,
        table_id=clay.table_id,
        workspace_id=clay.workspace_id,
        webhook_url=webhook_url(settings),
        webhook_secret=clay.webhook_secrets[0].get_secret_value() if clay.webhook_secrets else None,
        batch_rows=clay.batch_rows,
        batch_enrich=clay.batch_enrich,
        batch_updates=clay.batch_updates,
        batch_export=clay.batch_export,
        columns=columns(with_email=True),
        waterfalls=waterfalls(settings).as_table_config(),
    )
    return ClayRest(config, gate, facts, clock)


def _webhook(settings: Settings, gate: Gate, book: LaneBook, clock: Clock) -> Enricher:
    from alpha_swarm.connectors.clay.webhook import ClayWebhook

    config = webhook_config(settings, key(settings), webhook_url(settings))
    return ClayWebhook(config, gate, book, clock)


def _routines(clay: Clay, gate: Gate, clock: Clock) -> Enricher:
    from alpha_swarm.connectors.clay.routines import ClayRoutines
    from alpha_swarm.connectors.clay.routines_settings import RoutinesConfig

    config = RoutinesConfig(
        keys=tuple(one.get_secret_value() for one in clay.keys),
        routine_id=clay.routine_id or "",
        base_url=clay.public_api_base_url,
        webhook_id=None if clay.results == "poll" else clay.routine_webhook_id,
        batch=clay.routine_batch,
    )
    return ClayRoutines(config, gate, clock)


def tracing(settings: Settings) -> Tracing | None:
    """Traces, where there is an address for them.

    Raises:
        ConfigurationError: the extra is not installed.
    """
    if settings.otel_endpoint is None:
        return None
    try:
        from alpha_swarm.tracing import started  # an extra
    except ImportError:
        raise ConfigurationError(
            "OTEL_EXPORTER_OTLP_ENDPOINT: traces need an extra: pip install 'alpha-swarm[otel]', or unset it"
        ) from None
    return started(settings.otel_endpoint, settings.environment)


def preflight(settings: Settings) -> None:
    """What a worker will need is there and fits together; nothing is called.

    Raises:
        ConfigurationError: one line with the variable and the remedy.
    """
    require_clay(settings)
    require_targets(settings)
    check_tables(settings)
    _require_room_for_batches(settings.clay)
    require_room_for_records(settings.clay)


def _require_room_for_batches(clay: Clay) -> None:
    for name, limits, setting, batch in (
        ("ROWS", clay.limit_rows, "BATCH_ROWS", clay.batch_rows),
        ("ENRICH", clay.limit_enrich, "BATCH_ENRICH", clay.batch_enrich),
        ("UPDATES", clay.limit_updates, "BATCH_UPDATES", clay.batch_updates),
        ("ROUTINES", clay.limit_routines, "ROUTINE_BATCH", clay.routine_batch),
    ):
        most = rows_at_once(limits, batch)
        if batch > most:
            raise ConfigurationError(
                f"CLAY_LIMIT_{name} lets fewer rows through than one call carries: raise it,"
                f" or lower CLAY_{setting} ({batch})"
            )


def webhook_url(settings: Settings) -> str | None:
    """Where Clay is to send results; ``None`` where it can't or shouldn't."""
    wanted = settings.clay.results != "poll" and settings.clay.webhook_secrets
    return f"{settings.api.base_url}{_WEBHOOK_PATH}" if wanted and settings.api.base_url else None


def first_question(clay: Clay) -> float:
    """Seconds until a result is first asked for; where it comes by itself that is the soft deadline."""
    return clay.soft_deadline if "webhook" in (clay.results, clay.transport) else clay.first_poll
