"""How the pages look: a style inside each of them, so that the page is all that has to be loaded."""

from __future__ import annotations

from pasqal_core_schemas import BatchStatus, JobStatus

_BASE = """
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #57606a; --line: #d5dae0; --fill: #f3f5f7;
  --link: #0a58ca; --PENDING: #c58b12; --RUNNING: #0277bd; --DONE: #2e7d32; --ERROR: #c62828; --CANCELED: #6d6d6d;
  --PAUSED: var(--PENDING); --TIMED_OUT: var(--ERROR); --CANCELING: var(--CANCELED); --other: #7b1fa2; --bad: #b3141f; }
@media (prefers-color-scheme: dark) {
  :root { --back: #12161b; --text: #e3e8ee; --soft: #9aa5b1; --line: #313943; --fill: #1b2129; --link: #6cb0ff;
    --PENDING: #e5c07b; --RUNNING: #4fc3f7; --DONE: #66bb6a; --ERROR: #ff6b62; --CANCELED: #a8a8a8; --other: #ce93d8;
    --bad: #ff8589; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem min(4vw, 1.25rem) 3rem; max-width: 90rem; background: var(--back);
  color: var(--text); font: 0.9rem/1.45 system-ui, sans-serif; }
a { color: var(--link); }
h1 { margin: 0; font-size: 1.3rem; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 1.05rem; }
h2 small, .soft, header p { color: var(--soft); font-weight: normal; font-size: 0.85rem; }
header p { margin: 0.25rem 0; }
.id { font: 0.8rem ui-monospace, monospace; white-space: nowrap; }
.asked, .tag, .bad, .device, .bits { overflow-wrap: anywhere; }
.bits, .sequence { font: 0.8rem ui-monospace, monospace; }
.sequence { margin: 0; padding: 0.5rem; max-height: 20rem; overflow: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; border: 1px solid var(--line); background: var(--fill); }
.counts { max-width: 48rem; }
.number, time { font-variant-numeric: tabular-nums; }
time { white-space: nowrap; }
td > time { font-size: 0.8rem; }
.bad { color: var(--bad); }
.tag { display: inline-block; margin: 0.2rem 0.3rem 0 0; padding: 0 0.4rem; border-radius: 0.6rem;
  background: var(--fill); border: 1px solid var(--line); font-size: 0.75rem; }
.status, .progress { white-space: nowrap; }
.status { margin-right: 0.75rem; }
td > .status:only-child { margin-right: 0; }
.status::before { content: ""; display: inline-block; width: 0.6rem; height: 0.6rem; margin-right: 0.35rem;
  border-radius: 50%; background: var(--other); }
.bar { display: flex; gap: 1px; height: 0.4rem; margin-top: 0.3rem; min-width: 7rem; border-radius: 0.2rem;
  overflow: hidden; background: var(--fill); }
.bar span { min-width: 3px; background: var(--other); }
.counts .bar { height: 0.8rem; background: none; }
.counts .bar span { background: var(--RUNNING); }
progress { width: 4rem; height: 0.5rem; margin-right: 0.4rem; accent-color: var(--RUNNING); vertical-align: middle; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.4rem 1.1rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-size: 0.8rem; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: normal; }
th.number, td.number { text-align: right; }
@media (max-width: 78rem) {
  table, tbody, th.main { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 0.4rem 1rem;
    padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td, td.number { border: 0; padding: 0; text-align: left; }
  th.main, td.wide { grid-column: 1 / -1; }
  td.jobs { grid-column: span 2; }
  td:empty { display: none; }
  .tag { margin-bottom: 0; }
  td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: 0.75rem; }
}
"""
# A state that the contract gains has the colour of `other` until it has its own.
STYLE = _BASE + "".join(
    f".{status}::before, .bar .{status} {{ background: var(--{status}, var(--other)); }}\n"
    for status in dict.fromkeys([*JobStatus, *BatchStatus])
)
"""The style of every page."""
