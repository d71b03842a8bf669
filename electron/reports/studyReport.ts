import {LEVEL_LABELS} from '../../shared/check';
import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatCount, formatDuration, formatPlural} from '../../shared/format';
import type {ReportData, ReportedContent} from '../../shared/release';
import {graphPicture, MOST_DRAWN} from './reportGraph';
import {REPORT_STYLE} from './reportStyle';
import {escaped, type SensitiveNames} from './sensitiveNames';

/** Findings listed one by one. */
const FINDINGS_TOLD = 200;

/** No script runs in it, and nothing is ever asked of a network. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The report of a study as one HTML page that needs nothing else. Every text in it passes through `names`, so that no
 * highly sensitive name stands in it, whatever it came from.
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
    ? `<p class="dim">${formatCount(all.length)} actions are too many to be drawn on a page; what each needs is told below.</p>`
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
  const told = findings.slice(0, FINDINGS_TOLD);
  const words = `<p class="dim">${formatPlural(files.length, 'file')} looked at by the rules of ${rulesVersion}. ${findings.length > told.length ? `The first ${told.length} of ${formatCount(findings.length)} findings.` : ''}</p>`;
  if (told.length === 0) return `${words}<p class="dim">No rule found anything to ask about.</p>`;
  return `${words}${table(
    ['', 'file', 'place', 'finding'],
    told.map((finding) =>
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
