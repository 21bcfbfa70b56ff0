"""Whatever people ask for, in whatever order things happen to them: the program agrees with a small model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.properties.rights_history import History

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS = 14
_PEOPLE = range(4)


def check(seed: str) -> None:
    """One history; where it goes wrong, it says which."""
    history = History(seed, _PEOPLE)
    often = [history.arrive] * 5 + [history.work] * 4 + [history.ask] * 3
    seldom = [history.wait, history.letter, history.news, history.rectify, history.retain, history.list_of_others]
    seldom += [history.back_up, history.restore, history.access, history.try_again, history.refresh]
    try:
        for _ in range(STEPS):
            act: Callable[[], None] = history.chance.choice([*often, *seldom])
            history.told.append(act.__name__)
            act()
            history.agree()
        history.told.append("end")
        history.settle()
        history.agree()
        history.nothing_is_left()
    except BaseException as error:
        error.add_note(f"seed {seed}: {'; '.join(history.told)}")
        raise


def test_any_history_agrees_with_the_model() -> None:
    for number in range(15):
        check(f"{number}")


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(4))
def test_a_thousand_histories_agree_with_the_model(part: int) -> None:
    for number in range(part, 1000, 4):
        check(f"{number}")
