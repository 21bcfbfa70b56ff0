"""The answer to a person who asks what is held: what, from where, for whom, why, and for how long."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: The CRMs' names in a person's access log.
SYSTEMS = {"ghl": "ghl_crm"}
_ENRICHER = "clay"


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Who answers for the data."""

    controller: str | None = None
    contact: str | None = None


def said_of(who: Responsible, provenance: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """``controller``, ``contact``, ``purposes``, ``legal_basis``, and the last ``retention_until`` of all.

    The grounds are those on which each lead was taken in, not those of today.
    """
    processing = [trail["processing"] for trail in provenance]
    return {
        "controller": who.controller,
        "contact": who.contact,
        "purposes": sorted({one["purpose"] for one in processing}),
        "legal_basis": {
            "basis": sorted({one["legal_basis"] for one in processing}),
            "interest": sorted({one["documented_interest"] for one in processing}),
            "assessments": list(_assessments(processing)),
        },
        "retention_until": max((one["retention_until"] for one in processing), default=None),
    }


def untold(record: str, why: str | None) -> list[dict[str, Any]]:
    """What is missing where a record's system did not say whose it is."""
    if why is None:
        return []
    system = record.partition(":")[0].strip().lower()
    told = f"did not tell whose record it is, so no other system could be asked by its e-mail: {why}"
    return [{"system": system, "why": told, "remedy": "ask again when it answers, or by the e-mail"}]


def sources(provenance: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Where the person was met, the first time and later, and who found the rest."""
    return [one for trail in provenance for one in (*_met(trail["collection"]), *_found(trail["enrichment"]))]


def recipients(
    story: Iterable[Mapping[str, Any]],
    changes: Iterable[Mapping[str, Any]],
    told_of: Iterable[Mapping[str, Any]] = (),
    *,
    submitted: Iterable[str] = (),
) -> list[dict[str, Any]]:
    """System → when it got what: by the story, in which the enricher got the input, and by notices.

    ``submitted``: the fields that go to the enricher, which no change tells of.
    """
    fields: defaultdict[str, set[str]] = defaultdict(set, {_ENRICHER: set(submitted)})
    for change in changes:
        fields[SYSTEMS.get(change["system"], change["system"])] |= change["after"].keys()
    given: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in story:
        disclosed = _disclosed(entry)
        if disclosed is not None:
            given[disclosed[0]].append({"at": entry["at"], "action": disclosed[1]})
    for one in told_of:
        given[one["system"]].append({"at": one["at"], "action": "told_of"})
    return [
        {"system": name, "disclosures": entries, "fields": sorted(fields[name])}
        for name, entries in sorted(given.items())
    ]


def _disclosed(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    if entry["kind"] == "disclosed":
        return entry["detail"]["system"], entry["detail"]["action"]
    return (_ENRICHER, "add_row") if entry["kind"] == "submitted" else None


def _assessments(processing: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each once."""
    told = {(one["assessment_id"], one["assessment_version"]) for one in processing if one["assessment_id"]}
    for name, version in sorted(told, key=lambda one: (one[0], one[1] or "")):
        yield {"assessment_id": name, "assessment_version": version}


def _met(collection: Mapping[str, Any]) -> list[dict[str, Any]]:
    first = {name: collection[name] for name in ("source", "source_url", "collected_at", "collector")}
    later = [
        {"source": one["source"], "source_url": one["source_url"], "collected_at": one["collected_at"]}
        for one in collection["also_seen"]
    ]
    return [first, *later]


def _found(enrichment: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"source": use["name"], "collected_at": use["timestamp"], "fields": use["fields"]}
        for use in enrichment["providers"]
    ]
