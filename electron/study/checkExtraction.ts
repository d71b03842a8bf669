import {ehrqlOutputOf, matchesEhrqlOutput} from './ehrqlOutput';
import type {DraftAction} from './draftAction';
import type {Report} from './findings';
import {directoryOf} from '../../shared/outputPath';
import type {VersionFeatures} from './projectVersion';

/** Reports what is wrong with an action that extracts patient-level data (BEHAVIOUR §1.5 rules 36 to 40). */
export function checkExtraction(
  action: DraftAction,
  features: VersionFeatures,
  report: Report,
): void {
  if (action.run === null) return;
  if (!features.withoutCohortextractor && isGenerateCohort(action)) checkCohort(action, report);
  if (EHRQL_COMMAND.test(action.run.text)) checkEhrql(action, report);
}

/** `cohortextractor:<tag> generate_cohort`. */
export function isGenerateCohort(action: DraftAction): boolean {
  return action.run?.imageName === 'cohortextractor' && action.run.argv?.[1] === 'generate_cohort';
}

/** The reference looks at the text as written, so a second space escapes the rule. */
const EHRQL_COMMAND = /^(?:ehrql|databuilder):\S+ generate[-_]dataset/;

function checkCohort(action: DraftAction, report: Report): void {
  const {name, run} = action;
  if (run === null) return;
  if (action.tiers.length !== 1) {
    report({
      rule: 'E-COHORT-TIERS',
      at: run,
      action: name,
      message: '`generate_cohort` has outputs under more than one tier.',
      hint: 'Put all of them under `highly_sensitive`.',
    });
  }
  const directories = new Set(action.outputs.map(({pattern}) => directoryOf(pattern.text)));
  const told = run.argv?.some((argument) => /^--output-dir(?:=|$)/.test(argument)) ?? false;
  if (directories.size > 1 && !told) {
    report({
      rule: 'E-COHORT-DIRS',
      at: run,
      action: name,
      message: '`generate_cohort` has outputs in more than one directory.',
      hint: 'Put them into one directory, or add `--output-dir`.',
    });
  }
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
