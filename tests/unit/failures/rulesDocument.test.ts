import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {ENDING_CAUSES, ENGINE_CAUSES} from '../../../electron/failures/causes/jobCauses';
import {
  DEFINITION_CAUSES,
  EHRQL_CAUSES,
  EHRQL_DATABASE_CAUSES,
} from '../../../electron/failures/causes/ehrqlCauses';
import type {FailureCard} from '../../../shared/failure';
import {PYTHON_CAUSES} from '../../../electron/failures/causes/pythonCauses';
import {R_CAUSES} from '../../../electron/failures/causes/rCauses';
import {SHELL_CAUSES} from '../../../electron/failures/causes/shellCauses';
import {STATA_CAUSES} from '../../../electron/failures/causes/stataCauses';
import {explainFailure} from '../../../electron/failures/explainFailure';
import {factsOf, madeLogs} from './madeLogs';

const DOCUMENT = fileURLToPath(new URL('../../../electron/failures/RULES.md', import.meta.url));
const LONGEST = 110;

/** Rules that no tool's log is kept of here; each is a line of RULES.md all the same. */
const WITHOUT_LOG: readonly string[] = [];

const WORDS: Readonly<Record<FailureCard['button']['kind'], string>> = {
  fix: 'changes project.yaml',
  open: 'opens what is to be corrected',
  limits: 'limits of the action',
  shell: 'a shell in the image',
  'move-image': 'tries another image',
  rerun: 'runs it again',
  'clean-up': 'clean up',
  doctor: 'doctor',
  'show-codelists': 'codelists',
};

function cell(text: string): string {
  const line = text.trim().replaceAll('|', '\\|').replaceAll('`', "'");
  return `\`${line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line}\``;
}

it('RULES.md tells every known failure, as it is tested', async () => {
  const rows = new Map<string, string>();
  for (const log of [...madeLogs('ran.json'), ...madeLogs('transcribed.json')]) {
    const card = await explainFailure(factsOf(log));
    if (card === null || rows.has(card.rule)) continue;
    rows.set(
      card.rule,
      `| ${card.rule} | ${cell(card.cause.text)} | ${card.title.replaceAll('|', '\\|')} | ${WORDS[card.button.kind]} |`,
    );
  }
  const known = [
    ...PYTHON_CAUSES,
    ...R_CAUSES,
    ...SHELL_CAUSES,
    ...ENDING_CAUSES,
    ...ENGINE_CAUSES,
    ...DEFINITION_CAUSES,
    ...EHRQL_CAUSES,
    ...EHRQL_DATABASE_CAUSES,
    ...STATA_CAUSES,
  ].map(({rule}) => rule);
  expect(known.filter((rule) => !rows.has(rule) && !WITHOUT_LOG.includes(rule))).toEqual([]);

  const wanted = [
    '| Rule | Ends in | The card says | Its button |',
    '|---|---|---|---|',
    ...rows.values(),
  ].join('\n');
  const document = readFileSync(DOCUMENT, 'utf8');
  const from = document.indexOf('<!-- known failures -->\n') + '<!-- known failures -->\n'.length;
  const to = document.indexOf('<!-- end -->', from);
  if (process.env.UPDATE_RULES !== undefined) {
    writeFileSync(DOCUMENT, `${document.slice(0, from)}${wanted}\n${document.slice(to)}`);
    return;
  }
  // after a change: UPDATE_RULES=1 npx vitest run --config build/vitest.config.mjs --project unit tests/unit/failures
  expect(document.slice(from, to).trimEnd()).toBe(wanted);
});
