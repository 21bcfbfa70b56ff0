"""Who runs against whom, in the order of the table."""

from __future__ import annotations

from dataclasses import dataclass

OURS = "sqlite"
POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to write it."""

    name: str
    what: str
    """For the reader of the results."""
    module: str
    work: str = "work"
    """The function that a worker process runs."""
    environment: str = "rq-celery"
    """The folder of its Python environment: arq and Celery ask for different clients of Redis."""
    workers: int = 1
    most_leads: int = 1_000_000


_FEW = 300
_NAIVE = Peer("naive_rq", "RQ, a job a lead, naive, 1 worker", "naive_rq", most_leads=_FEW)
_SIMPLE = Peer(
    "naive_rq_simple",
    "RQ, a job a lead, 1 SimpleWorker",
    "naive_rq",
    work="work_simply",
    most_leads=_FEW,
)

PEERS = (
    Peer(
        "arq_aiohttp", "arq and aiohttp on uvloop, 50 leads a job, 1 worker", "arq_aiohttp", environment="arq"
    ),
    Peer("careful_rq", "RQ SimpleWorker, 50 leads a job, 3 workers", "careful_rq", workers=3),
    Peer("celery_batches", "Celery with celery-batches, 2 solo workers", "celery_batches_peer", workers=2),
    _SIMPLE,
    _NAIVE,
)


def names() -> dict[str, str]:
    """Everybody's name → what it is."""
    ours = {OURS: "Alpha Swarm, SQLite (FULL)", POSTGRESQL: "Alpha Swarm, PostgreSQL"}
    return ours | {peer.name: peer.what for peer in PEERS}
