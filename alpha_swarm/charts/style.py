"""The colours of charts, light and dark, for the stylesheet of the page that shows them."""

from __future__ import annotations

STYLE = """
:root {
  --chart-1: #3f5bd9; --chart-2: #0d9184; --chart-3: #b5701a; --chart-4: #a2468c; --chart-5: #64748b;
  --chart-text: #1d2433; --chart-quiet: #5b6475; --chart-track: #e8ebf1; --chart-line: #dfe3ea;
  --chart-ground: #ffffff; --chart-mark: #1d2433;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --chart-1: #8fa3ff; --chart-2: #49cdb9; --chart-3: #efb45c; --chart-4: #e38fcd; --chart-5: #94a1b5;
    --chart-text: #e8ebf2; --chart-quiet: #a3adbd; --chart-track: #2a3040; --chart-line: #2f3646;
    --chart-ground: #181c26; --chart-mark: #e8ebf2;
  }
}
.chart { display: block; max-width: 100%; overflow: visible; font-variant-numeric: tabular-nums; }
.chart-1 { fill: var(--chart-1); } .chart-2 { fill: var(--chart-2); } .chart-3 { fill: var(--chart-3); }
.chart-4 { fill: var(--chart-4); } .chart-5 { fill: var(--chart-5); }
.chart-path { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart-path.chart-1 { stroke: var(--chart-1); } .chart-path.chart-2 { stroke: var(--chart-2); }
.chart-path.chart-3 { stroke: var(--chart-3); } .chart-path.chart-4 { stroke: var(--chart-4); }
.chart-path.chart-5 { stroke: var(--chart-5); }
.chart-plot { overflow: visible; }
.chart-piece { stroke: var(--chart-ground); stroke-width: 1.5; }
.chart-track { fill: var(--chart-track); }
.chart-interval { fill: var(--chart-mark); }
.chart-line { stroke: var(--chart-line); stroke-width: 1; }
.chart-mark { stroke: var(--chart-mark); stroke-width: 2; }
.chart-label { fill: var(--chart-text); font-size: 13px; }
.chart-value { fill: var(--chart-text); font-size: 13px; font-weight: 600; }
.chart-quiet { fill: var(--chart-quiet); font-size: 12px; }
.chart-halo { paint-order: stroke; stroke: var(--chart-ground); stroke-width: 4px; stroke-linejoin: round; }
@media print { .chart * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""
