"""What all charts share: a size, a title, and the same in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.charts.svg import Svg, element

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_WORDS = 60


def frame(key: str, title: str, words: Iterable[str], height: float, *parts: Svg) -> Svg:
    """The chart; ``key`` is its id, one on a page. ``words`` say what it shows to whoever can't see it."""
    listed = list(words)
    left = len(listed) - _MOST_WORDS
    said = "; ".join(listed[:_MOST_WORDS]) + (f"; and {left} more" if left > 0 else "")
    names = (
        element("title", title, id=f"{key}-title"),
        element("desc", said or "There is nothing to show yet.", id=f"{key}-desc"),
    )
    return element(
        "svg",
        *names,
        *parts,
        id=key,
        class_="chart",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        width="100%",
        height=height,
    )


def nothing(key: str, title: str) -> Svg:
    """The chart of no figures."""
    text = element("text", "Nothing yet", x="0", y=15, class_="chart-quiet")
    return frame(key, title, (), 22, text)
