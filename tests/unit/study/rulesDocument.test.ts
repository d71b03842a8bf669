import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {RULES} from '../../../electron/study/ruleTable';
import {EXTRA_RULE_CASES, REFERENCE_RULE_CASES, type RuleCase} from './ruleCases';

const DOCUMENT = fileURLToPath(new URL('../../../electron/study/RULES.md', import.meta.url));

/** A whole file in one table cell: the usual frame of version 5 is left out, lines are joined by ⏎. */
function example(text: string): string {
  const actions = /^version: 5\nactions:\n((?: {2}.*\n)+)$/.exec(text)?.[1];
  const shown = actions === undefined ? text : actions.replace(/^ {2}/gm, '');
  const line = shown
    .replace(/\n$/, '')
    .replaceAll('run: "r:v2 x.R"', 'R')
    .replaceAll('outputs: {highly_sensitive: {o: a.csv}}', 'O')
    .replaceAll('\n', '⏎')
    .replaceAll('\t', '→')
    .replaceAll('|', '\\|');
  return line === '' ? '(empty)' : `\`${line}\``;
}

function table(cases: readonly RuleCase[]): string {
  const rows = cases.map(
    ({rule, when, triggers, passes}, index) =>
      `| ${index + 1} | ${rule} | ${RULES[rule].severity} | ${when.replaceAll('|', '\\|')} | ${example(triggers[0] ?? '')} | ${example(passes[0] ?? '')} | ${RULES[rule].why} |`,
  );
  return [
    '| # | Code | Severity | When | Breaks it | Just passes | Why |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The part of the document under a mark, and what is around it. */
function partsAt(document: string, mark: string): readonly [string, string, string] {
  const from = document.indexOf('\n', document.indexOf(`<!-- ${mark} -->`)) + 1;
  const to = document.indexOf('\n<!-- end -->', from - 1);
  return [document.slice(0, from), document.slice(from, to), document.slice(to)];
}

it.each([
  {mark: 'reference rules', cases: REFERENCE_RULE_CASES},
  {mark: 'extra rules', cases: EXTRA_RULE_CASES},
])('RULES.md has the $mark as they are tested', ({mark, cases}) => {
  const [before, written, after] = partsAt(readFileSync(DOCUMENT, 'utf8'), mark);
  const wanted = table(cases);
  if (process.env.UPDATE_RULES !== undefined) {
    writeFileSync(DOCUMENT, before + wanted + after);
    return;
  }
  // after a change: UPDATE_RULES=1 npx vitest run --config build/vitest.config.mjs --project unit rulesDocument
  expect(written).toBe(wanted);
});
