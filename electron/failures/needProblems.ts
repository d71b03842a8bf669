import {type Problem, HIDDEN_NEED, UNUSED_NEED} from '../../shared/problem';
import type {Project} from '../../shared/project';
import type {ActionEdits} from '../study/actionEdits';

/** A file that an action reads and another, which it does not need, makes. */
export interface HiddenNeed {
  readonly action: string;
  readonly need: string;
  readonly path: string;
  /** Where a script reads it; null where the run line names it, or the job failed of it. */
  readonly at: {readonly script: string; readonly line: number} | null;
  /** Its latest job failed as the file was not there. */
  readonly failed?: true;
}

/** The one warning where scripts could not be looked at: that there are no others says nothing then. */
export function needsUnknown(why: string): Problem {
  return {
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    severity: 'warning',
    rule: HIDDEN_NEED,
    source: 'study-desk',
    action: null,
    message: `Whether needs are missing or unused could not be found out. ${why}`,
    why: 'The scripts are looked at for files that other actions make.',
    hint: null,
    fixes: [],
  };
}

/** What of `needs` does not agree with what scripts read, as warnings at the actions, each with its change of project.yaml. */
export function needProblems(
  project: Project,
  edits: ActionEdits,
  hidden: readonly HiddenNeed[],
  unused: readonly {readonly action: string; readonly need: string}[],
): readonly Problem[] {
  const spans = new Map(project.actions.map(({name, span}) => [name, span]));
  const reported = new Set<string>();
  const problems: Problem[] = [];
  for (const {action, need, path, at, failed} of hidden) {
    const span = spans.get(action);
    const key = `${action}\0${need}`;
    if (span === undefined || reported.has(key)) continue;
    reported.add(key);
    const fix = edits.addNeed(action, need);
    problems.push({
      ...span,
      severity: 'warning',
      rule: HIDDEN_NEED,
      source: 'study-desk',
      action,
      message: `\`${action}\` ${failed === true ? 'failed without' : 'reads'} \`${path}\`${at === null ? '' : ` (${at.script}, line ${at.line})`}, which \`${need}\` makes and which is not in its needs.`,
      why: 'A job is given the outputs of the actions in its own `needs` and no others, even where the file is on your disk.',
      hint: `Add \`${need}\` to its needs.`,
      fixes: fix === null ? [] : [fix],
    });
  }
  for (const {action, need} of unused) {
    const span = spans.get(action);
    if (span === undefined) continue;
    const fix = edits.removeNeed(action, need);
    problems.push({
      ...span,
      severity: 'warning',
      rule: UNUSED_NEED,
      source: 'study-desk',
      action,
      message: `\`${action}\` doesn't seem to use \`${need}\`, listed in its needs.`,
      why: 'Its latest job was not seen to read any output of it, and no script names one. A need that is not used makes the action wait, and run again, for nothing.',
      hint: 'Remove it from the needs, unless it is there for the order of the jobs.',
      fixes: fix === null ? [] : [fix],
    });
  }
  return problems;
}
