"""``targets diff``, ``sync`` and ``undo`` by hand, in each CRM, among people who work there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.crm_place import RUN

if TYPE_CHECKING:
    from tests.integration.crm_place import Place

    #: Id → its values by their places.
    Records = dict[str, dict[str, str]]

KNOWN, LEADS = 4, 6
#: When somebody looks, and which fields are the moment of it.
_NO_NEWS = {"lead_id", "enriched_at"}


def differing(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """What is there now where something else was; a blank for what is there no more."""
    return {
        name: after.get(name, "")
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }


def edited(stood: dict[str, str], edits: dict[str, str]) -> dict[str, str]:
    """A record as it stood but for what somebody typed in."""
    return {name: value for name, value in (stood | edits).items() if value}


def test_a_diff_foretells_each_field_that_a_sync_then_writes(place: Place) -> None:
    """And writes nothing itself; afterwards there is nothing left to foretell."""
    known = place.type_in(KNOWN)
    place.bring_in([(number, f"Title {number}") for number in range(LEADS)])
    before, asked = place.records(), place.calls()
    foretold = place.say("diff", "--run", RUN)
    assert foretold["actions"] == {"update": KNOWN, "create": LEADS - KNOWN}
    assert (place.records(), place.since(asked)[1]) == (before, [])
    assert place.sync() == LEADS
    after = place.records()
    for row in foretold["changes"]:
        if row["action"] == "update":
            news = differing(before[row["record_id"]], after[row["record_id"]])
            assert len(news) == len(row["fields"])
            told = {str(one["after"]) for one in row["fields"] if one["field"] not in _NO_NEWS}
            assert told <= set(news.values())
    assert {row["record_id"] for row in foretold["changes"]} - {None} == set(known)
    assert place.say("diff", "--run", RUN)["actions"] == {"none": LEADS}


def test_undo_puts_back_what_nobody_touched_and_nothing_else(place: Place) -> None:
    """A value of people's, none, and one of ours, over two syncs of a run; twice is like once."""
    known, stood = synced_twice(place)
    synced = place.records()
    assert all(differing(stood[key], synced[key]) for key in stood)
    edits = edited_by_people(place, known)
    told = place.say("undo", RUN)
    wanted = {key: edited(stood[key], edits.get(key, {})) for key in stood}
    assert place.records() == wanted
    back = sum(len(differing(edited(synced[key], edits.get(key, {})), wanted[key])) for key in stood)
    # Who removed the phone has removed what we wrote: nothing stood there before.
    assert (told["fields"], told["edited"], told["created"], told["gone"]) == (back, 4, LEADS - KNOWN, 0)
    asked = place.calls()
    again = place.say("undo", RUN)
    assert (again["changes"], again["fields"], again["created"]) == (0, 0, LEADS - KNOWN)
    assert place.sync("--all") == LEADS
    assert (place.records(), place.since(asked)[1]) == (wanted, [])


def synced_twice(place: Place) -> tuple[list[str], Records]:
    """Who stood there before the run, and each record as it was then, or as the run created it."""
    known = place.type_in(KNOWN)
    place.bring_in([(number, f"Title {number}") for number in range(LEADS)])
    before = place.records()
    place.sync()
    stood = place.records() | before
    place.learn(title="Chief Tester", phone="+14155559999", funding_stage="Seed")
    place.sync("--all")
    return known, stood


def edited_by_people(place: Place, known: list[str]) -> Records:
    """Of three who stood there and of one who was created, by the records' ids."""
    synced = place.records()
    (new, *_) = synced.keys() - set(known)
    place.office.edit(known[0], title="Theirs", funding_stage="Series B")
    place.office.edit(known[1], phone="")
    place.office.edit(known[2], last_name="Theirs", first_name="Theirs")
    place.office.edit(new, title="Theirs")
    now = place.records()
    edits = {key: one for key in now if (one := differing(synced[key], now[key]))}
    assert edits.keys() == {*known[:3], new}
    return edits


def test_undo_says_that_records_stay_which_the_run_created(place: Place) -> None:
    """As they were created; people are told how many, and what to do about them."""
    place.bring_in([(number, f"Title {number}") for number in range(LEADS)])
    place.sync()
    created = place.records()
    assert len(created) == LEADS
    asked = place.calls()
    shown = " ".join(place.show("undo", RUN).split())
    assert f"records left as they are, since the run created them │ {LEADS} " in shown
    assert "Records that a run created stay" in shown
    assert (place.records(), place.since(asked)[1]) == (created, [])


def test_undo_goes_back_through_all_leads_of_one_person(place: Place) -> None:
    """What stood there was written over by two leads of the run, one after the other."""
    (record,) = place.type_in(1)
    stood = place.records()
    for title in ("Title of one", "Title of another"):
        place.bring_in([(0, title)])
        place.sync()
        assert title in place.records()[record].values()
    told = place.say("undo", RUN)
    assert (told["changes"], told["edited"]) == (2, 0)
    assert place.records() == stood
