/** How a report looks; light and dark follow the reader's system. */
export const REPORT_STYLE = `
:root { --bg: #f6f7f9; --panel: #fff; --line: #dfe3e8; --ink: #1b2430; --dim: #5b6776; --accent: #2456d6; --ok: #1a7f4b; --fail: #c22f2f; --stale: #a35b00; --mod: #5b3fbf; --mod-soft: #efeafd; color-scheme: light dark }
@media (prefers-color-scheme: dark) { :root { --bg: #12161c; --panel: #1a2029; --line: #2c3541; --ink: #e6ebf2; --dim: #a3afbd; --accent: #7aa2ff; --ok: #4cc38a; --fail: #ff7b72; --stale: #f0b04f; --mod: #b6a2ff; --mod-soft: #2a2447 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--bg); color: var(--ink); font: 14px/1.5 Inter, 'Segoe UI', system-ui, sans-serif }
main { max-width: 1200px; margin: 0 auto; padding: 32px 24px 64px }
h1 { font-size: 22px; margin: 0 }
h2 { font-size: 16px; margin: 40px 0 12px }
h3 { font: 600 13px ui-monospace, Menlo, Consolas, monospace; margin: 0; overflow-wrap: anywhere }
p { margin: 4px 0 }
.dim, .state, caption { color: var(--dim) }
nav { display: flex; flex-wrap: wrap; gap: 16px; margin: 16px 0 }
a { color: var(--accent) }
code { font: 12px ui-monospace, Menlo, Consolas, monospace }
.wide { overflow: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; max-height: 480px }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: 4px 12px; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap }
td.words { white-space: normal } td.words:last-child { min-width: 8rem }
td.number { text-align: right }
td.missing { color: var(--dim); font-style: italic }
th { position: sticky; top: 0; background: var(--panel); font-weight: 600; font-size: 12px }
tr:last-child td { border-bottom: 0 }
.output { margin: 24px 0; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px }
.output .wide { margin-top: 8px }
.pill { display: inline-block; padding: 1px 10px; border-radius: 99px; background: var(--mod-soft); color: var(--mod); font-size: 12px; font-weight: 600 }
.question { color: var(--fail) } .check { color: var(--stale) } .info { color: var(--dim) }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 8px 0 0; font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace }
img { max-width: 100%; height: auto; margin-top: 8px; background: #fff; border-radius: 4px }
iframe { width: 100%; height: 480px; border: 1px solid var(--line); border-radius: 4px; background: #fff; margin-top: 8px }
.graph { display: block; margin: 16px }
.graph text { font-size: 12px; fill: var(--ink) } .graph text.state { font-size: 10.5px; fill: var(--dim) }
.graph rect { fill: var(--panel); stroke: var(--line); stroke-width: 1.5 }
.graph .edges { fill: none; stroke: var(--dim); opacity: .5; stroke-width: 1.5 }
.graph .up-to-date rect { stroke: var(--ok) } .graph .failed rect { stroke: var(--fail) }
.graph .out-of-date rect { stroke: var(--stale); stroke-dasharray: 5 3 }
.graph .upstream-out-of-date rect { stroke: var(--stale); stroke-dasharray: 2 3 }
`;
