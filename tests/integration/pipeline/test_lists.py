"""Lists of persons who are not to be here, and persons who may come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.coordination.outside_list import HomeList
from alpha_swarm.domain.doors.deletion_lists import digest_of
from alpha_swarm.domain.doors.who import Who
from alpha_swarm.domain.privacy.rights import Right
from alpha_swarm.ports.rights import Suppressed
from tests.integration.pipeline.rights_world import (
    EMAIL,
    MARK,
    PROFILE,
    canary,
    copied,
    traces,
    values_of,
    with_sides,
)
from tests.integration.world import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.pipeline.rights_world import Sides
    from tests.integration.world import World

CANARY = Who(slug=f"{MARK}-7731")


def hashed(name: str) -> Who:
    """Somebody of whom nothing but this is known."""
    return Who(digest=digest_of(name))


def refused(world: World) -> bool:
    """Whether the person is turned away at the door."""
    return world.take([canary()], NOW) == [""]


def test_whoever_is_on_a_list_of_hashes_is_forgotten_everywhere_and_kept_out(
    world: World, sides: Sides, tmp_path: Path
) -> None:
    """By the address that the door gave, or by one that was found; nobody else."""
    (lead_id,) = world.take([canary()], NOW)
    world.people(2)
    world.settle()
    marks = values_of(world, lead_id)
    told = world.app.rights.suppress([hashed(f"email:{EMAIL}"), hashed("phone:+14155559317")])
    assert (told["suppressed"], told["new"], told["leads"]) == (2, 2, 1)
    assert len(world.leads()) == 2
    assert traces(world, tmp_path, [MARK, *marks]) == {}
    assert all(EMAIL in side.asked[0].emails for side in sides.crms.values())
    assert refused(world)
    assert world.app.rights.suppress([hashed(f"email:{EMAIL}")])["new"] == 0
    assert len(world.app.rights.latest(10)) == 1


def test_what_is_found_of_somebody_on_a_list_of_hashes_is_not_kept(world: World, sides: Sides) -> None:
    """The door knew a profile alone; the result brought the address."""
    (lead_id,) = world.people(1)
    world.settle()
    found = world.leads()[lead_id].values.email_work
    world.app.rights.ask(Right.ERASURE, lead_id)
    world.app.rights.allow([Who(slug="person-0"), Who(email=found)], "T-1")
    world.app.rights.suppress([hashed(f"email:{found}")])
    (again,) = world.people(1)
    assert again
    world.settle()
    assert world.leads() == {}
    assert sides.crms["ghl"].asked


def test_a_copy_that_was_put_back_is_compared_with_the_hashes_again(world: World, sides: Sides) -> None:
    """They stand in the list outside, too; the daily look finds whoever came with the copy."""
    world.take([canary()], NOW)
    world.settle()
    with copied(world):
        world.app.rights.suppress([hashed(f"email:{EMAIL}")])
    assert len(world.leads()) == 1
    world.app.beat()
    world.app.run_schedule("retention")
    assert world.leads() == {}
    assert sides.crms["ghl"].asked


def test_whoever_is_allowed_may_come_again_and_what_was_forgotten_stays_so(
    world: World, sides: Sides
) -> None:
    """One name is enough for those of a request; also after a copy from before was put back."""
    del sides
    (first,) = world.take([canary()], NOW)
    world.settle()
    with copied(world):
        with copied(world):
            world.app.rights.ask(Right.ERASURE, PROFILE)
            planned = world.app.rights.allow([CANARY])
            assert refused(world)
            allowed = world.app.rights.allow([CANARY], "TICKET-7")
            assert planned == allowed
            assert planned["entries"] == sum(planned["kinds"].values()) >= 3
            (second,) = world.take([canary()], NOW)
            assert second not in {"", first}
            assert world.app.rights.allow([CANARY])["entries"] == 0
        world.app.beat()
        assert world.leads() == {}
        assert not refused(world)
        assert world.take([canary(linkedin_url="")], NOW) != [""]


def test_each_machine_s_list_bows_to_the_newer_word(world: World, tmp_path: Path) -> None:
    """One that still has the suppression learns of the allowance when it starts, whichever comes first."""
    here, there = HomeList(tmp_path / "here"), HomeList(tmp_path / "there")
    with_sides(world, here)
    with copied(world):
        world.app.rights.ask(Right.ERASURE, PROFILE)
        there.add(here.read())
        world.app.rights.allow([CANARY], "TICKET-7")
        assert not refused(world)
        with_sides(world, there)
        world.app.rights.lay_over()
        assert not refused(world)
        assert {line.hash for line in there.read() if line.why == "allowed"}
    for first, second in ((here, there), (there, here)):
        with copied(world):
            for outside in (first, second):
                with_sides(world, outside)
                world.app.rights.lay_over()
            assert not refused(world)


def test_each_machine_s_list_hears_of_whom_another_machine_forgot(world: World, tmp_path: Path) -> None:
    """So a copy that is put back where only one machine's home is left forgets them all the same."""
    here, there = HomeList(tmp_path / "here"), HomeList(tmp_path / "there")
    with copied(world):
        with_sides(world, here)
        world.app.rights.ask(Right.ERASURE, PROFILE)
        with_sides(world, there)
        world.app.rights.go_on()
        assert list(there.read()) == [], "a commit before them may not have come to its end"
        world.let_time_pass(61.0)
        for _ in range(2):
            world.app.rights.go_on()
        assert [one.hash for one in there.read()] == sorted({one.hash for one in here.read()})
    world.app.beat()
    assert world.leads() == {}
    assert refused(world)


class Counted(HomeList):
    """Counts how often it is read."""

    read_times = 0

    def read(self) -> Iterator[Suppressed]:
        """As ever."""
        self.read_times += 1
        return super().read()


def test_a_list_that_was_heard_to_its_end_is_read_again_only_when_it_changed(
    world: World, tmp_path: Path
) -> None:
    """A million lines at each start would be minutes; a copy that is put back has heard less."""
    outside = Counted(tmp_path)
    with_sides(world, outside)
    with copied(world):
        world.app.rights.ask(Right.ERASURE, PROFILE)
        for _ in range(3):
            world.app.rights.lay_over()
        assert outside.read_times == 1
    assert not refused(world)
    for _ in range(3):
        world.app.rights.lay_over()
    assert outside.read_times == 2
    assert refused(world)
    outside.add([Suppressed(hash="ab" * 32, kind="email", why="erasure", since=5.0)])
    world.app.rights.lay_over()
    assert outside.read_times == 3


def test_whoever_asks_again_after_the_allowance_is_kept_out_again(world: World, tmp_path: Path) -> None:
    outside = HomeList(tmp_path)
    with_sides(world, outside)
    with copied(world):
        for right in (Right.ERASURE, Right.ERASURE):
            world.app.rights.ask(right, PROFILE)
            world.let_time_pass(1)
            world.app.rights.allow([CANARY], "TICKET-7")
        world.app.rights.ask(Right.ERASURE, PROFILE)
        assert refused(world)
    assert not refused(world)
    world.app.rights.lay_over()
    assert refused(world)


def test_of_a_list_only_the_names_that_are_given_come_off(world: World, sides: Sides) -> None:
    """Others on it are somebody else."""
    del sides
    world.app.rights.suppress([Who(email=EMAIL), Who(email="other@mail.example")])
    told = world.app.rights.allow([Who(email=EMAIL), Who(email="nobody@mail.example")], "T-1")
    assert (told["entries"], told["unknown"]) == (1, 1)
    assert not refused(world)
    assert world.take([canary(linkedin_url="linkedin.com/in/o", email="other@mail.example")], NOW) == [""]


def test_an_allowance_stands_in_the_audit_trail(world: World, sides: Sides) -> None:
    """With the reference, and without names."""
    del sides
    told = world.app.rights.ask(Right.OBJECTION, EMAIL)
    world.take([canary()], NOW)
    world.app.rights.allow([Who(email=EMAIL)], "TICKET-7")
    with world.app.ledger.read() as tx:
        (detail,) = [row[3] for row in tx.audit.walk(0) if row[2] == "allowance"]
    assert "TICKET-7" in detail
    assert told["request"] in detail
    assert MARK not in detail


def test_a_line_from_outside_that_says_nothing_new_is_not_written(world: World) -> None:
    """So that a start with a long list waits for nobody."""
    lines = [Suppressed(hash="ab" * 32, kind="email", why="erasure", since=5.0)]
    with world.app.ledger.begin() as tx:
        assert tx.allowances.unlaid(lines) == lines
        tx.allowances.lay(lines)
        assert not tx.allowances.unlaid(lines)
