"""The whole way under a privacy policy: what it keeps out gets nowhere, all else goes as before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.cli.leads import exporting
from alpha_swarm.domain.privacy.rectification import read_corrections
from alpha_swarm.domain.states import Target
from alpha_swarm.errors import UserError
from alpha_swarm.person_desk import PersonDesk
from alpha_swarm.steps import contacts_of
from tests.integration.pipeline.crm_sender import Sender, ghl_event
from tests.integration.pipeline.rights_world import traces
from tests.integration.world import NOW, person

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.world import World

ALL = "ghl,instantly,hubspot,salesforce"
HOME, QUOTE = "12 Nowhere Lane", "said in private"
#: One is nobody's business at all, two of ours are not taken, one CRM is kept from a field more.
POLICY = """
forbidden:
- {fields: [home_address*], reason: where somebody lives is private}
- {fields: [mobile, engagement_content], reason: nobody is called or quoted}
targets:
  hubspot: {never: [title]}
  clay: {never: [first_name]}
"""


@pytest.fixture
def under(install: Callable[..., World], tmp_path: Path) -> Callable[..., World]:
    """Starts an installation under a policy, on the same ledger each time."""

    def begin(text: str, **more: str) -> World:
        path = tmp_path / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return install(PRIVACY_POLICY_FILE=str(path), **more)

    return begin


def counted(world: World) -> dict[tuple[str, str, str], int]:
    """(Place, what, field) → how often."""
    with world.app.ledger.read() as tx:
        return {(one["place"], one["what"], one["field"]): one["count"] for one in tx.withheld.totals()}


def there(world: World, party: str) -> str:
    """Whatever a CRM keeps of anybody."""
    kept = world.sandbox_ledger()[party]
    return json.dumps([kept.get(name) for name in ("contact_list", "lead_list", "record_list")])


def phones(world: World) -> list[str]:
    """What Clay found in its own table."""
    return [row["phone"] for row in world.rows() if row.get("phone")]


def take(world: World, number: int) -> list[str]:
    """Leads who come with too much."""
    more = {"Home-Address": HOME, "engagement_content": QUOTE}
    return world.take([person(f"person-{index}", **more) for index in range(number)], NOW)


def test_what_is_forbidden_reaches_no_system_no_export_and_no_table(
    under: Callable[..., World],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = under(POLICY, SYNC_TARGETS=ALL)
    ids = take(world, 8)
    assert world.settle()["balanced"]
    found = phones(world)
    assert found
    canaries = [HOME, QUOTE, *found]
    for party in ALL.split(","):
        kept = there(world, party)
        assert "person-" in kept.lower()
        assert [mark for mark in canaries if mark in kept] == []
    assert traces(world, tmp_path, canaries) == {}
    assert not any(row.get("first_name") for row in world.rows())
    titles = [lead.values.title for lead in world.leads().values() if lead.values.title]
    assert titles
    assert [title for title in titles if title in there(world, "hubspot")] == []
    assert any(title in there(world, "ghl") for title in titles)
    assert counted(world) == {
        ("clay", "stripped", "mobile"): len(found),
        ("test", "stripped", "engagement_content"): len(ids),
        ("test", "stripped", "home_address"): len(ids),
    }
    monkeypatch.setattr(exporting, "opened_app", lambda: _opened(world))
    exporting.write("ndjson", [])
    exported = capsys.readouterr().out
    assert exported.count("\n") == len(ids)
    assert [mark for mark in canaries if mark in exported] == []


class _opened:  # noqa: N801 - a context
    def __init__(self, world: World) -> None:
        self._app = world.app

    def __enter__(self) -> Any:
        return self._app

    def __exit__(self, *_: object) -> None:
        """It is the test's."""


def test_without_consent_a_field_is_neither_held_nor_written_and_with_it_it_is(
    under: Callable[..., World],
) -> None:
    """The one that is held all the same goes nowhere either."""
    asking = "consent: [{fields: [phone]}, {fields: [title], without: not_written}]"
    world = under(asking, SYNC_TARGETS="ghl")
    world.take([person(f"no-{number}") for number in range(8)], NOW)
    world.take([person(f"yes-{number}", legal_basis="consent") for number in range(8)], NOW)
    world.settle()
    leads = list(world.leads().values())
    contacts, titled = there(world, "ghl"), _with(world, "title")
    for lead in leads:
        given = lead.input.legal_basis is not None
        if lead.values.title and lead.external_ids:
            assert given is (lead.id in titled)
        if not given:
            assert lead.values.phone is None
    assert any(lead.values.phone for lead in leads)
    assert any(lead.values.phone and lead.values.phone in contacts for lead in leads)


def _with(world: World, name: str) -> set[str]:
    """Leads in whose contacts a field would be written."""
    contacts = contacts_of(world.app, Target.GHL)
    return {key for key, lead in world.leads().items() if name in contacts.of(lead).fields}


def test_a_crm_that_may_not_have_the_only_address_does_not_get_the_lead(under: Callable[..., World]) -> None:
    """Nor does it fail there: the story says why it was left out."""
    world = under("targets: {instantly: {never: [email_work]}}", SYNC_TARGETS="ghl,instantly")
    world.people(12)
    assert world.settle()["balanced"]
    assert not any(world.deaths(key) for key in world.leads())
    for lead in world.leads().values():
        assert lead.values.email_personal or "instantly" not in lead.external_ids
    assert not any(
        lead.values.email_work and lead.values.email_work in there(world, "instantly")
        for lead in world.leads().values()
    )


def test_a_policy_that_grows_takes_out_what_is_held_and_blanks_nothing_elsewhere(
    under: Callable[..., World], tmp_path: Path
) -> None:
    before = under("{}", SYNC_TARGETS="ghl,hubspot")
    before.people(8)
    before.settle()
    held = {key: lead.values.phone for key, lead in before.leads().items() if lead.values.phone}
    in_ghl = there(before, "ghl")
    world = under("forbidden: [{fields: [phone], reason: nobody is called}]", SYNC_TARGETS="ghl,hubspot")
    look = world.app.apply_policy.look()
    assert (look.leads, dict(look.fields)) == (len(held), {"phone": len(held)})
    stripped = world.app.apply_policy.strip()
    assert (stripped.leads, world.app.apply_policy.look().leads) == (len(held), 0)
    assert counted(world) == {("ledger", "stripped", "phone"): len(held)}
    assert traces(world, tmp_path / "nowhere", list(held.values())) == {}
    assert all("fields_stripped" in world.story(key) for key in held)
    world.app.resync.run(list(Target), again=True)
    world.settle()
    assert there(world, "ghl") == in_ghl


def test_a_new_policy_writes_nothing_for_whom_it_does_not_concern(under: Callable[..., World]) -> None:
    """What is sent of them is the same to the letter, so that it need not even be looked at."""
    before = under("{}", SYNC_TARGETS="ghl,instantly,hubspot,salesforce")
    before.people(6)
    before.settle()
    prints = {target: _prints(before, target) for target in before.app.crms}
    world = under(
        "forbidden: [{fields: [home_phone, recent_posts], reason: x}]\ntargets: {hubspot: {never: [phone]}}",
        SYNC_TARGETS="ghl,instantly,hubspot,salesforce",
    )
    leads = world.leads()
    for target, known in prints.items():
        now = _prints(world, target)
        changed = {key for key in known if known[key] != now[key]}
        with_phone = {key for key, lead in leads.items() if lead.values.phone}
        assert changed == (with_phone if target is Target.HUBSPOT else set())


def _prints(world: World, target: Target) -> dict[str, str]:
    contacts = contacts_of(world.app, target)
    return {key: contacts.fingerprint(lead) for key, lead in world.leads().items()}


def test_what_a_person_puts_right_is_held_only_if_it_may_be(under: Callable[..., World]) -> None:
    world = under("forbidden: [{fields: [phone], reason: nobody is called}]")
    world.people(1)
    world.settle()
    (lead,) = world.leads().values()
    with pytest.raises(UserError, match="phone is not held: nobody is called"):
        PersonDesk(world.app).rectify(lead.id, read_corrections(["phone=+14155550123"]))


def test_a_pin_from_before_goes_no_further_and_is_taken_out(
    under: Callable[..., World], tmp_path: Path
) -> None:
    before = under("{}", SYNC_TARGETS="ghl")
    before.people(3)
    before.settle()
    lead = next(one for one in before.leads().values() if one.external_ids)
    PersonDesk(before.app).rectify(lead.id, read_corrections(["phone=+14155550123", "title=Mender"]))
    world = under("forbidden: [{fields: [phone], reason: nobody is called}]", SYNC_TARGETS="ghl")
    world.settle()
    assert "4155550123" not in there(world, "ghl")
    assert "Mender" in there(world, "ghl")
    assert not any("4155550123" in str(row) for row in world.rows())
    world.app.apply_policy.strip()
    assert traces(world, tmp_path / "nowhere", ["4155550123"]) == {}
    assert world.leads()[lead.id].values.title == "Mender"


@pytest.mark.parametrize(("done", "leads"), [("strip", 1), ("refuse", 0)])
def test_the_door_of_the_crms_strips_or_refuses(under: Callable[..., World], done: str, leads: int) -> None:
    text = f"on_forbidden: {done}\nforbidden: [{{fields: [first_name], reason: not needed}}]"
    world = under(text)
    Sender(world.app).ghl(ghl_event())
    assert len(world.leads()) == leads
    assert all(lead.input.first_name is None for lead in world.leads().values())
    what = {"strip": "stripped", "refuse": "refused"}[done]
    assert counted(world) == {("crm", what, "first_name"): 1}
