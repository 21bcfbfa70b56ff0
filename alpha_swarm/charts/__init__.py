"""Charts as SVG: pure, without script, for any page; what is drawn is also said in words.

Widths are per cent and texts keep their size, so that a chart is readable on a phone and on a wide screen.
Colours come from the page, by the classes and variables of :data:`alpha_swarm.charts.style.STYLE`.
"""
