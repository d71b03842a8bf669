import {baseName, directoryOf} from '../../shared/outputPath';
import type {Report} from './brokenRules';
import type {DraftAction} from './draftAction';
import {fnmatch} from './python/fnmatch';

// The reference looks at the text as written, from its start: another blank or a quote escapes these
// rules, and a longer word that begins like the command falls under them.
const COHORT_COMMAND = /^cohortextractor:\S+ generate_cohort/;
const EHRQL_COMMAND = /^(?:ehrql|databuilder):\S+ generate[-_]dataset/;

/**
 * Reports what is wrong with an action that extracts patient-level data (E-COHORT-TIERS to
 * E-EHRQL-MISMATCH). Of whichever version: E-COHORT-REMOVED only comes after all actions.
 */
export function checkExtraction(action: DraftAction, report: Report): void {
  if (action.run === null) return;
  if (COHORT_COMMAND.test(action.run.text)) checkCohort(action, report);
  if (EHRQL_COMMAND.test(action.run.text)) checkEhrql(action, report);
}

/** True for a run line that the reference holds against its outputs, so that E-EHRQL-MISMATCH is reported. */
export function isCheckedEhrql(run: string): boolean {
  return EHRQL_COMMAND.test(run);
}

function checkCohort(action: DraftAction, report: Report): void {
  const {name, run} = action;
  if (run === null) return;
  if (action.tiers.length > 1) {
    report({
      rule: 'E-COHORT-TIERS',
      at: run,
      action: name,
      message: '`generate_cohort` has outputs under more than one tier.',
      hint: 'Put all of them under `highly_sensitive`, and remove the other tiers, empty ones too.',
    });
  }
  const isNamed = run.argv?.some((argument) => /^--output-dir(?:=|$)/.test(argument)) ?? false;
  const directories = new Set(action.outputs.map(({pattern}) => directoryOf(pattern.text)));
  if (isNamed || directories.size === 1 || action.tiers.length === 0) return;
  const none = directories.size === 0;
  report({
    rule: 'E-COHORT-DIRS',
    at: run,
    action: name,
    message: none
      ? '`generate_cohort` has no output that names its directory.'
      : '`generate_cohort` has outputs in more than one directory.',
    hint: none
      ? 'Add a label and a path below the tier, or add `--output-dir` to the command.'
      : 'Put them into one directory, or add `--output-dir`.',
  });
}

function checkEhrql(action: DraftAction, report: Report): void {
  const {name, run} = action;
  if (run?.argv === null || run === null) return;
  for (const output of action.outputs) {
    if (output.tier === 'highly_sensitive') continue;
    report({
      rule: 'E-EHRQL-TIER',
      at: output.pattern,
      action: name,
      message: `\`${output.pattern.text}\` comes from ehrQL but is not under \`highly_sensitive\`.`,
      hint: 'Move it under `highly_sensitive`.',
    });
  }
  const spec = ehrqlOutputOf(run.argv);
  if (spec === null) {
    report({
      rule: 'E-EHRQL-NOOUTPUT',
      at: run,
      action: name,
      message: 'The command does not say where to write the dataset.',
      hint: 'Add `--output` with the path that is listed under `highly_sensitive`.',
    });
    return;
  }
  const patterns = action.outputs.map(({pattern}) => pattern.text);
  if (!matchesEhrqlOutput(spec, patterns)) {
    report({
      rule: 'E-EHRQL-MISMATCH',
      at: run,
      action: name,
      message: `\`--output ${spec}\` is not among the outputs of the action.`,
      hint:
        patterns.length === 1
          ? `Make the two the same: \`${spec}\` and \`${patterns[0] ?? ''}\`.`
          : `List \`${spec}\` under \`highly_sensitive\`.`,
    });
  }
}

/** The value of the first `--output` among arguments; null where it is missing or empty, whatever follows. */
function ehrqlOutputOf(argv: readonly string[]): string | null {
  const at = argv.findIndex(
    (argument) => argument === '--output' || argument.startsWith('--output='),
  );
  const value = argv[at] === '--output' ? argv[at + 1] : argv[at]?.slice('--output='.length);
  return value === undefined || value === '' ? null : value;
}

/**
 * True when what ehrQL writes is listed: the very path, or for the directory form
 * `directory:extension` only files of that directory, folders below it too, and extension (E-EHRQL-MISMATCH).
 */
export function matchesEhrqlOutput(spec: string, patterns: readonly string[]): boolean {
  const name = baseName(spec);
  const colon = name.lastIndexOf(':');
  if (colon < 0) return patterns.includes(spec);
  const parents = spec
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .slice(0, -1);
  if (colon > 0) parents.push(name.slice(0, colon));
  const root = spec.startsWith('/') ? '/' : '';
  const directory = parents.length === 0 && root === '' ? '.' : root + parents.join('/');
  const glob = `${directory}/*.${name.slice(colon + 1)}`;
  return patterns.every((pattern) => fnmatch(glob, pattern));
}
