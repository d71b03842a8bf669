import type {DraftAction} from './draftAction';
import {didYouMean, type Report} from './brokenRules';
import {nearestName} from '../../shared/nearestName';
import type {VersionFeatures} from './projectVersion';
import {fixesOf, replaceScalar} from './quickFixes';

/** Reports what is wrong between actions, rule by rule (E-COHORT-REMOVED to E-NEEDS-UNKNOWN). */
export function checkTogether(
  actions: readonly DraftAction[],
  features: VersionFeatures,
  text: string,
  report: Report,
): void {
  if (features.withoutCohortextractor) checkCohortextractor(actions, report);
  if (features.withoutLatest) checkLatest(actions, text, report);
  checkRuns(actions, report);
  if (features.uniqueOutputPaths) checkPaths(actions, report);
  checkNeeds(actions, text, report);
}

function checkCohortextractor(actions: readonly DraftAction[], report: Report): void {
  for (const {name, run} of actions) {
    if (run?.argv?.[0]?.startsWith('cohortextractor') !== true) continue;
    report({
      rule: 'E-COHORT-REMOVED',
      at: run,
      action: name,
      message: 'From version 4 on there is no `cohortextractor`.',
      hint: 'Write a dataset definition for `ehrql:v1`.',
    });
  }
}

function checkLatest(actions: readonly DraftAction[], text: string, report: Report): void {
  for (const {name, run} of actions) {
    if (run?.argv?.[0]?.endsWith(':latest') !== true) continue;
    const {imageName} = run;
    const fixed = run.text.replace(':latest', ':v1');
    report({
      rule: 'E-LATEST',
      at: run,
      action: name,
      message: `\`${imageName}:latest\` is not a fixed version.`,
      hint: `Write \`${imageName}:v1\`, which is what it has meant so far.`,
      fixes: fixesOf(
        run.text.startsWith(`${imageName}:latest`)
          ? replaceScalar(text, run, run.text, fixed, `Change to \`${imageName}:v1\``)
          : null,
      ),
    });
  }
}

function checkRuns(actions: readonly DraftAction[], report: Report): void {
  const first = new Map<string, string>();
  for (const {name, run} of actions) {
    if (run === null) continue;
    const other = first.get(run.text);
    if (other === undefined) {
      first.set(run.text, name);
      continue;
    }
    report({
      rule: 'E-DUP-RUN',
      at: run,
      action: name,
      message: `\`${name}\` runs the same command as \`${other}\`.`,
      hint: 'Remove one of the two, or give one a different argument.',
    });
  }
}

function checkPaths(actions: readonly DraftAction[], report: Report): void {
  const first = new Map<string, string>();
  for (const {name, outputs} of actions) {
    for (const {pattern} of outputs) {
      const other = first.get(pattern.text);
      if (other === undefined) {
        first.set(pattern.text, name);
        continue;
      }
      report({
        rule: 'E-DUP-PATH',
        at: pattern,
        action: name,
        message:
          other === name
            ? `\`${pattern.text}\` is listed twice in \`${name}\`.`
            : `\`${pattern.text}\` is also an output of \`${other}\`.`,
        hint: 'Give each output a path of its own.',
      });
    }
  }
}

/** Suggestions cost a comparison with every name, so only so many comparisons are made. */
const MOST_COMPARISONS = 400_000;

function checkNeeds(actions: readonly DraftAction[], text: string, report: Report): void {
  const names = new Set(actions.filter(({named}) => named).map(({name}) => name));
  const known = new Map<string, string | null>();
  const mostSuggestions = MOST_COMPARISONS / Math.max(1, names.size);
  const nearestOf = (need: string): string | null => {
    const before = known.get(need);
    if (before !== undefined) return before;
    const nearest = known.size < mostSuggestions ? nearestName(need, names) : null;
    known.set(need, nearest);
    return nearest;
  };
  for (const {name, needs} of actions) {
    for (const need of needs) {
      if (names.has(need.text)) continue;
      const nearest = nearestOf(need.text);
      report({
        rule: 'E-NEEDS-UNKNOWN',
        at: need,
        action: name,
        message:
          need.text === 'run_all'
            ? '`run_all` cannot be needed.'
            : `\`${name}\` needs \`${need.text}\`, which is not an action of this file.`,
        hint: didYouMean(nearest) ?? 'Add the action, or remove it from `needs`.',
        fixes: fixesOf(
          nearest === null
            ? null
            : replaceScalar(text, need, need.text, nearest, `Change to \`${nearest}\``),
        ),
      });
    }
  }
}
