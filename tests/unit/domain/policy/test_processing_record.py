"""The record of processing activities says all that is set, and names what nobody has said."""

from __future__ import annotations

from dataclasses import replace

from alpha_swarm.domain.leads.grounds import Grounds
from alpha_swarm.domain.policy.names import HELD
from alpha_swarm.domain.privacy.access import Responsible
from alpha_swarm.domain.privacy.lifetimes import Lifetimes
from alpha_swarm.domain.privacy.processing_record import CLASSES, Measure, Processing, Recipient, record
from tests.unit.domain.policy.policies import PACKAGED, policy

SAID = policy(
    "recipients: {hubspot: {country: France, safeguard: none needed}}\n"
    "record: {officer: An officer, measures: [locked doors]}\n"
    "forbidden: [{fields: [phone], reason: nobody is called}]\n"
    "consent: [{fields: [email_personal]}]\n",
    Grounds(
        purpose="hiring",
        interest="people who fit",
        assessment_id="LIA-7",
        assessment_version="3",
        retention_days=30,
    ),
)
PROCESSING = Processing(
    responsible=Responsible(controller="Example Works", contact="x"),
    policy=SAID,
    lifetimes=Lifetimes(files=3.0),
    providers=["apollo"],
    recipients=[
        Recipient(name="hubspot", what="keeps contacts", fields=("email",), detail={"mode": "upsert"})
    ],
    measures=[Measure(name="a lock", on=False, setting="LOCK")],
    notice_first=True,
    retention_in_crms=False,
)


def test_every_field_that_may_be_held_stands_in_one_category() -> None:
    fields = [field for named in CLASSES.values() for field in named]
    assert sorted(fields) == sorted(HELD)


def test_what_is_said_is_told_and_nothing_is_missing_then() -> None:
    told = record(PROCESSING)
    assert told["missing"] == []
    assert told["controller"] == {"name": "Example Works", "contact": "x", "officer": "An officer"}
    assert told["purposes"] == [{"purpose": "hiring", "interest": "people who fit"}]
    assert told["legal_basis"] == {
        "bases": ["legitimate_interest", "consent"],
        "assessment_id": "LIA-7",
        "assessment_version": "3",
    }
    (contact,) = [one for one in told["data"] if one["class"] == "contact"]
    assert contact["fields"] == ["email", "email_work", "email_personal"]
    assert contact["with_consent"] == ["email_personal"]
    assert told["recipients"] == [
        {
            "name": "hubspot",
            "what": "keeps contacts",
            "fields": ["email"],
            "mode": "upsert",
            "country": "France",
            "safeguard": "none needed",
        }
    ]
    assert told["security"] == [
        {"measure": "a lock", "in_force": False, "setting": "LOCK"},
        {"measure": "locked doors", "in_force": True, "setting": None},
    ]
    assert {one["days"] for one in told["retention"] if one["setting"] == "KEEP_FILES_DAYS"} == {3.0}
    assert {one["days"] for one in told["retention"] if one["setting"] == "RETENTION_DAYS"} == {30}
    assert told["restrictions"]["notice_before_outreach"]


def test_what_nobody_has_said_is_named_with_the_place_to_say_it() -> None:
    told = record(replace(PROCESSING, responsible=Responsible(), policy=PACKAGED))
    assert [one["setting"] for one in told["missing"]] == [
        "PRIVACY_CONTROLLER",
        "PRIVACY_CONTACT",
        "PRIVACY_ASSESSMENT_ID",
        "PRIVACY_ASSESSMENT_VERSION",
        "PRIVACY_POLICY_FILE",
        "PRIVACY_POLICY_FILE, recipients",
    ]
