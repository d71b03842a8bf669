import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {readYaml} from '../../../electron/study/yaml/readYaml';
import {describeYaml} from './describeYaml';

/** The Python that has ruyaml; Debian's own comes first, as python3-ruyaml is only there. */
export const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import ruyaml']).status === 0,
);

if (PYTHON === undefined) {
  console.warn(
    'SKIPPED: Python has no ruyaml here (Debian: apt-get install python3-ruyaml), so the YAML layer is not held against it.',
  );
}

/** What ruyamlOracle.py answers. */
export type Answer =
  | {readonly accepted: true; readonly value: unknown}
  | {
      readonly accepted: false;
      readonly kind: 'duplicate-key' | 'syntax' | 'crash';
      readonly why: string;
    };

/** What ruyaml makes of each document; all are fed to one Python process. */
export function askRuyaml(documents: readonly string[]): readonly Answer[] {
  const script = path.join(import.meta.dirname, 'ruyamlOracle.py');
  const {stdout, stderr} = spawnSync(PYTHON ?? 'python3', [script], {
    input: documents.map((text) => JSON.stringify(text)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer);
  if (answers.length !== documents.length) throw new Error(`The oracle broke off: ${stderr}`);
  return answers;
}

/** How our reading differs from ruyaml's; null where it does not. */
export function differenceOf(text: string, theirs: Answer): string | null {
  if (isCommentTrouble(theirs)) return null;
  const ours = readYaml(text);
  const fault = ours.fault?.message ?? ours.valueFaults[0]?.message ?? null;
  if (fault !== null && NOT_READ.test(fault)) return null;
  if (theirs.accepted !== (fault === null)) {
    return theirs.accepted ? `refused: ${String(fault)}` : `accepted, ruyaml: ${theirs.why}`;
  }
  if (theirs.accepted) {
    const value = JSON.stringify(ours.root === null ? null : describeYaml(ours.root));
    const expected = JSON.stringify(theirs.value);
    return value === expected ? null : `${value} instead of ${expected}`;
  }
  // Only for the usual shape, a mapping without tricks, is the order of several faults of any interest.
  if (theirs.kind === 'crash' || ours.root?.kind !== 'map' || text.includes('<<')) return null;
  const kind = ours.valueFaults[0]?.kind === 'duplicate-key' ? 'duplicate-key' : 'syntax';
  return kind === theirs.kind ? null : `first fault is ${kind}, ruyaml: ${theirs.why}`;
}

/** What Study Desk refuses on purpose, as it is in no study (RULES.md, YAML). */
const NOT_READ = /^Study Desk does not read|^A list or mapping cannot be a key/;

/** ruyaml keeps comments for writing them back, and gives up on two at one place; that is not ours to follow. */
export function isCommentTrouble(answer: Answer): boolean {
  return !answer.accepted && /overlap in comment|in add_pre_comments:/.test(answer.why);
}

/** The documents that we read in another way, with how. */
export function differencesOf(
  documents: readonly string[],
  answers: readonly Answer[],
): readonly string[] {
  return documents.flatMap((text, index) => {
    const answer = answers[index];
    const difference = answer === undefined ? null : differenceOf(text, answer);
    return difference === null ? [] : [`${JSON.stringify(text)}: ${difference}`];
  });
}
