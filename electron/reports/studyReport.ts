import {LEVEL_LABELS} from '../../shared/check';
import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatCount, formatDuration, formatPlural, truncateMiddle} from '../../shared/format';
import type {ReportData, ReportedContent} from '../../shared/release';
import {escaped, type SensitiveNames} from './sensitiveNames';

/** Findings listed one by one. */
const FINDINGS_SHOWN = 200;

/** No script runs in it, and nothing is ever asked of a network. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The report of a study as one HTML page that needs nothing else. Every text in it passes through `names`, so that no
 * highly sensitive name is in it, whatever it came from.
 */
export function studyReport(data: ReportData, names: SensitiveNames): string {
  const write = (text: string): string => escaped(names.hide(text));
  const code = (text: string): string => `<code>${write(text)}</code>`;
  const page = [
    '<main>',
    head(data, write),
    section('Graph', graph(data, write)),
    section('Actions', actions(data, write, code)),
    section('Plan', plan(data, write, code)),
    section('Runs', runs(data, write)),
    section('Checks before release', checks(data, write, code)),
    section('Moderately sensitive outputs', outputs(data, names, write)),
    '</main>',
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="Study Desk">
<title>${write(data.study)}, report of the study</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
${page.join('\n')}
</body>
</html>
`;
}

type Write = (text: string) => string;

const SECTIONS = [
  'Graph',
  'Actions',
  'Plan',
  'Runs',
  'Checks before release',
  'Moderately sensitive outputs',
];

function anchor(title: string): string {
  return title.toLowerCase().replace(/\W+/g, '-');
}

function section(title: string, content: string): string {
  return `<section id="${anchor(title)}"><h2>${title}</h2>${content}</section>`;
}

function head({study, createdAt, commit}: ReportData, write: Write): string {
  const at =
    commit === null
      ? 'not a git repository'
      : [
          commit.branch === null ? 'no branch' : `branch ${commit.branch}`,
          commit.id === null ? 'no commit yet' : `commit ${commit.id.slice(0, 7)}`,
          commit.dirty === 0
            ? 'nothing changed since'
            : `${formatPlural(commit.dirty, 'file')} changed since`,
        ].join(', ');
  return `<h1>${write(study)}</h1>
<p class="dim">Report of ${time(createdAt)} UTC; ${write(at)}. Made on a researcher’s computer from dummy data. Highly sensitive files are not in it. It does not say that anything may be released: that is for output checkers to say.</p>
<nav aria-label="Parts">${SECTIONS.map((title) => `<a href="#${anchor(title)}">${title}</a>`).join('')}</nav>`;
}

function time(iso: string | null): string {
  return iso === null ? '' : iso.slice(0, 16).replace('T', ' ');
}

function graph({actions: all}: ReportData, write: Write): string {
  if (all.length === 0) return '<p class="dim">There are no actions.</p>';
  return all.length > MOST_DRAWN
    ? `<p class="dim">${formatCount(all.length)} actions are too many to be drawn on a page; what each needs is listed below.</p>`
    : `<div class="wide" tabindex="0">${graphPicture(all, write)}</div>`;
}

function table(headers: readonly string[], rows: readonly string[]): string {
  return `<div class="wide" tabindex="0"><table><thead><tr>${headers.map((header) => `<th>${header}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function row(...cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td class="words">${cell}</td>`).join('')}</tr>`;
}

function actions({actions: all}: ReportData, write: Write, code: Write): string {
  return table(
    ['action', 'state', 'runs', 'needs', 'last ended (UTC)'],
    all.map((action) =>
      row(
        code(action.name),
        [action.stateWords, ...action.reasons].map(write).join('<br>'),
        `${code(action.image)} ${action.script === null ? '' : code(action.script)}`,
        action.needs.map(code).join(', '),
        time(action.lastEnded),
      ),
    ),
  );
}

function plan({plan: jobs}: ReportData, write: Write, code: Write): string {
  if (typeof jobs === 'string') return `<p class="dim">${write(jobs)}</p>`;
  if (jobs.length === 0) return '<p class="dim">There is nothing to run.</p>';
  return `<p class="dim">To bring everything up to date, ${formatPlural(jobs.length, 'action')} would be run.</p>${table(
    ['action', 'because'],
    jobs.map(({action, why}) => row(code(action), write(why))),
  )}`;
}

function runs({runs: all}: ReportData, write: Write): string {
  if (all.length === 0) return '<p class="dim">Nothing has been run with Study Desk yet.</p>';
  return table(
    ['started (UTC)', 'took', 'ended', 'jobs'],
    all.map((run) =>
      row(
        time(run.startedAt),
        run.seconds === null ? '' : formatDuration(run.seconds),
        write(run.outcome),
        write(
          `${run.succeeded} of ${run.jobs} succeeded${run.failed.length === 0 ? '' : `; failed: ${run.failed.join(', ')}`}`,
        ),
      ),
    ),
  );
}

function checks({checks: report}: ReportData, write: Write, code: Write): string {
  const {findings, rulesVersion, files} = report;
  const shown = findings.slice(0, FINDINGS_SHOWN);
  const words = `<p class="dim">${formatPlural(files.length, 'file')} looked at by the rules of ${rulesVersion}. ${findings.length > shown.length ? `The first ${shown.length} of ${formatCount(findings.length)} findings.` : ''}</p>`;
  if (shown.length === 0) return `${words}<p class="dim">No rule found anything to ask about.</p>`;
  return `${words}${table(
    ['', 'file', 'place', 'finding'],
    shown.map((finding) =>
      row(
        `<span class="${finding.level}">${LEVEL_LABELS[finding.level]}</span>`,
        code(finding.path),
        write(
          [finding.column ?? '', finding.row === null ? '' : `row ${finding.row}`]
            .filter(Boolean)
            .join(', '),
        ),
        `<strong>${DISCLOSURE_RULES[finding.rule].title}.</strong> ${write(finding.message)}${finding.waiver === null ? '' : ` <em>Waived: ${write(finding.waiver.reason)}</em>`}`,
      ),
    ),
  )}`;
}

function outputs({outputs: all}: ReportData, names: SensitiveNames, write: Write): string {
  if (all.length === 0) return '<p class="dim">There are none yet.</p>';
  return all
    .map(
      ({path, action, content}) =>
        `<article class="output"><h3>${write(path)}</h3><p class="dim"><span class="pill">Moderately sensitive</span> from <code>${write(action)}</code></p>${contentOf(content, path, names, write)}</article>`,
    )
    .join('\n');
}

function contentOf(
  content: ReportedContent,
  path: string,
  names: SensitiveNames,
  write: Write,
): string {
  switch (content.kind) {
    case 'table': {
      const cells = content.rows.map(
        (values) =>
          `<tr>${values
            .map((value) =>
              value === null
                ? '<td class="missing">missing</td>'
                : `<td${/^[+-]?[\d,]*\.?\d+(e[+-]?\d+)?$/i.test(value) ? ' class="number"' : ''}>${write(value)}</td>`,
            )
            .join('')}</tr>`,
      );
      const shown = `Showing ${formatCount(content.rows.length)} of ${content.totalRows === null ? 'more' : formatCount(content.totalRows)} rows.`;
      return `<p class="dim">${shown}</p>${table(content.columns.map(write), cells)}`;
    }
    case 'text':
      return `${content.cut ? '<p class="dim">Its beginning.</p>' : ''}<pre>${write(content.text)}</pre>`;
    case 'page':
      // a frame without any right: it can show and nothing else
      return `<iframe sandbox title="${write(path)}" srcdoc="${escaped(names.hide(content.html))}"></iframe>`;
    case 'picture':
      return `<img alt="${write(path)}" src="${content.address}">`;
    case 'left-out':
      return `<p class="dim">Left out of this report: ${write(content.reason)}</p>`;
  }
}

/** How a report looks; light and dark follow the reader's system. */
const REPORT_STYLE = `
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

type ReportedAction = ReportData['actions'][number];

/** More actions than this are listed in the table alone. */
const MOST_DRAWN = 300;

const WIDTH = 200;
const HEIGHT = 36;
const ACROSS = 70;
const DOWN = 14;

/** The actions as a picture, left to right by what they need; `write` makes a text fit for HTML. */
function graphPicture(actions: readonly ReportedAction[], write: (text: string) => string): string {
  const places = placesOf(actions);
  const right = Math.max(...[...places.values()].map(({x}) => x)) + WIDTH;
  const bottom = Math.max(...[...places.values()].map(({y}) => y)) + HEIGHT;
  const edges = actions.flatMap(({name, needs}) =>
    needs.flatMap((need) => {
      const [from, to] = [places.get(need), places.get(name)];
      if (from === undefined || to === undefined) return [];
      const [x1, y1] = [from.x + WIDTH, from.y + HEIGHT / 2];
      const [x2, y2] = [to.x, to.y + HEIGHT / 2];
      const bend = Math.max(24, (x2 - x1) / 2);
      return [`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`];
    }),
  );
  const nodes = actions.map(({name, state, stateWords}) => {
    const {x, y} = places.get(name) ?? {x: 0, y: 0};
    return `<g class="node ${state}" transform="translate(${x} ${y})"><title>${write(`${name}: ${stateWords}`)}</title><rect width="${WIDTH}" height="${HEIGHT}" rx="8"/><text x="12" y="15">${write(truncateMiddle(name, 28))}</text><text class="state" x="12" y="29">${write(stateWords)}</text></g>`;
  });
  return `<svg class="graph" role="img" aria-label="The actions and what they need" viewBox="-1 -1 ${right + 2} ${bottom + 2}" width="${right + 2}" height="${bottom + 2}"><g class="edges">${edges.join('')}</g>${nodes.join('')}</svg>`;
}

/** A column for each rank; in it each action near what it needs. */
function placesOf(
  actions: readonly ReportedAction[],
): ReadonlyMap<string, {readonly x: number; readonly y: number}> {
  const places = new Map<string, {x: number; y: number}>();
  const ranks = Math.max(0, ...actions.map(({rank}) => rank));
  for (let rank = 0; rank <= ranks; rank += 1) {
    const here = actions.filter((action) => action.rank === rank);
    const wanted = here.map(({needs}) => {
      const ys = needs.flatMap((need) => places.get(need)?.y ?? []);
      return ys.length === 0 ? 0 : ys.reduce((sum, y) => sum + y, 0) / ys.length;
    });
    const order = here
      .map((_, at) => at)
      .sort((one, other) => (wanted[one] ?? 0) - (wanted[other] ?? 0));
    order.forEach((at, place) => {
      const action = here[at];
      if (action !== undefined)
        places.set(action.name, {x: rank * (WIDTH + ACROSS), y: place * (HEIGHT + DOWN)});
    });
  }
  return places;
}
