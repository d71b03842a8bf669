import type {DraftAction} from '../draftAction';
import type {Report} from '../brokenRules';
import {checkCaseOnly} from './checkCaseOnly';
import {checkImages} from './checkImages';
import {checkNeedsOfOwn} from './checkNeedsOfOwn';
import {checkOverlaps} from './checkOverlaps';
import {checkOwnAction} from './checkOwnAction';
import {checkOwnPatterns} from './checkOwnPatterns';
import {checkScripts} from './checkScripts';

/** What Study Desk's own rules look at. */
export interface OwnRulesInput {
  readonly actions: readonly DraftAction[];
  /** The version in force; NaN where it is given so. */
  readonly version: number;
  readonly text: string;
  /** Study-relative paths with `/`; null leaves out what needs them. */
  readonly files: ReadonlySet<string> | null;
}

/** Reports what Study Desk minds and the reference does not (RULES.md, "Study Desk's own"). */
export function checkOwnRules(input: OwnRulesInput, report: Report): void {
  checkNeedsOfOwn(input, report);
  checkOwnPatterns(input, report);
  checkOverlaps(input, report);
  checkCaseOnly(input, report);
  checkImages(input, report);
  checkScripts(input, report);
  for (const action of input.actions) checkOwnAction(action, report);
}
