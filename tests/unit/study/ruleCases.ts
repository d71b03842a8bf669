import type {RuleCode} from '../../../electron/study/ruleTable';
import {fixture} from '../../fixture';

/** What breaks a rule, and what only just doesn't. Texts are whole files. */
export interface RuleCase {
  readonly rule: RuleCode;
  /** When the rule speaks, in words. */
  readonly when: string;
  readonly triggers: readonly string[];
  readonly passes: readonly string[];
  /** Study-relative paths of the study's files, for the rules that look at them. */
  readonly files?: readonly string[];
}

export const REFERENCE_RULE_CASES = fixture<readonly RuleCase[]>('projectRules/reference.yaml');
/** The rules beyond the reference. */
export const EXTRA_RULE_CASES = fixture<readonly RuleCase[]>('projectRules/extra.yaml');

/** Outputs that break no rule. */
export const O = 'outputs: {highly_sensitive: {o: a.csv}}';
/** A command that breaks no rule. */
export const R = 'run: "r:v2 x.R"';

/** A file of some version with these actions, each written on one line. */
export const version = (number: string, ...actions: readonly string[]): string =>
  `version: ${number}\nactions:\n${actions.map((action) => `  ${action}\n`).join('')}`;
export const v5 = (...actions: readonly string[]): string => version('5', ...actions);
