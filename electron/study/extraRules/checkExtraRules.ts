import {isPlainName} from '../../../shared/projectEdit';
import {isGenerateCohort} from '../buildAction';
import type {DraftAction} from '../draftAction';
import type {Report} from '../brokenRules';
import {pythonJson} from '../python/pythonJson';
import type {Place} from '../yaml/yamlValue';
import {checkImages} from './checkImages';
import {checkNeeds} from './checkNeeds';
import {checkOverlaps} from './checkOverlaps';
import {checkOutputPaths} from './checkOutputPaths';
import {checkScripts} from './checkScripts';

/** What the rules beyond the reference's look at. */
export interface ExtraRulesInput {
  readonly actions: readonly DraftAction[];
  /** The version in force; NaN where it is given so. */
  readonly version: number;
  readonly text: string;
  /** Study-relative paths with `/`; null leaves out what needs them. */
  readonly files: ReadonlySet<string> | null;
}

/** Reports what Study Desk checks beyond the reference (RULES.md, "Beyond the reference"). */
export function checkExtraRules(input: ExtraRulesInput, report: Report): void {
  checkNeeds(input, report);
  checkOutputPaths(input, report);
  checkOverlaps(input, report);
  checkCaseOnly(input, report);
  checkImages(input, report);
  checkScripts(input, report);
  for (const action of input.actions) checkAction(action, report);
}

/** S-CASE-ONLY: names and paths that differ only in upper and lower case. */
function checkCaseOnly({actions}: ExtraRulesInput, report: Report): void {
  const names = new Map<string, string>();
  const paths = new Map<string, string>();
  const check = (
    seen: Map<string, string>,
    text: string,
    at: Place,
    action: string,
    what: string,
  ): void => {
    const lower = text.toLowerCase();
    const other = seen.get(lower);
    if (other === undefined) seen.set(lower, text);
    else if (other !== text) {
      report({
        rule: 'S-CASE-ONLY',
        at,
        action,
        message: `\`${text}\` and the ${what} \`${other}\` differ only in upper and lower case.`,
        hint: 'Choose names that differ in more than case.',
      });
    }
  };
  for (const {name, key, outputs} of actions) {
    check(names, name, key, name, 'action');
    for (const {pattern} of outputs) check(paths, pattern.text, pattern, name, 'output');
  }
}

/** S-ACTION-NAME, S-CONFIG-JSON and S-DUMMY-UNUSED: one action by itself. */
function checkAction(action: DraftAction, report: Report): void {
  const {name, named, key, config, dummyDataFile} = action;
  if (!named || !isPlainName(name)) {
    report({
      rule: 'S-ACTION-NAME',
      at: key,
      action: name,
      message: named
        ? `The action name \`${name}\` holds something other than letters, digits, \`_\` and \`-\`.`
        : `The action name \`${name}\` is not text, so no other action can need it.`,
      hint: named ? 'Rename it.' : 'Put it in quotes, or choose a name with letters.',
    });
  }
  const refused = config === null ? null : pythonJson(config).refused;
  if (refused !== null) {
    report({
      rule: 'S-CONFIG-JSON',
      at: refused,
      action: name,
      message: 'A value of `config` is something that JSON does not have, such as a date.',
      hint: 'Put quotes around it.',
    });
  }
  if (dummyDataFile !== null && !isGenerateCohort(action)) {
    report({
      rule: 'S-DUMMY-UNUSED',
      at: dummyDataFile,
      action: name,
      message: '`dummy_data_file` has no effect on this action.',
      hint: 'With ehrQL, add `--dummy-data-file` to the command.',
    });
  }
}
