"""Draws the bars: ``python -m benchmarks.chart FILE.svg``, names and rates as JSON on stdin."""

from __future__ import annotations

import json
import sys

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "alpha-swarm", "font.family": "sans-serif"})
from matplotlib import pyplot as plt  # noqa: E402 - the backend comes first

_OURS, _PEER = "#2b6cb0", "#a0aec0"


def draw(path: str, rates: dict[str, float]) -> None:
    """Horizontal bars, the first on top; names that begin with "Alpha Swarm" stand out."""
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(rates) + 1))
    colours = [_OURS if name.startswith("Alpha Swarm") else _PEER for name in rates]
    bars = axes.barh(list(rates), list(rates.values()), color=colours)
    axes.bar_label(bars, [f"{rate:,.0f}" for rate in rates.values()], padding=4)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel("leads a second")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw(sys.argv[1], json.load(sys.stdin))
