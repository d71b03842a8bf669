import type {Problem, QuickFix} from '../../shared/problem';
import type {LineIndex} from './lineIndex';
import {RULES, type RuleCode} from './ruleTable';
import type {Place} from './yaml/yamlValue';

/** One broken rule at its place, in offsets. */
export interface BrokenRule {
  readonly rule: RuleCode;
  readonly at: Place;
  readonly message: string;
  readonly hint?: string | null;
  readonly action?: string | null;
  readonly fixes?: readonly QuickFix[];
}

/** Where the rules put what they find. */
export type Report = (broken: BrokenRule) => void;

/** A broken rule as the problem that people see. */
export function toProblem(broken: BrokenRule, lines: LineIndex): Problem {
  const rule = RULES[broken.rule];
  return {
    severity: rule.severity,
    rule: broken.rule,
    source: rule.source,
    message: broken.message,
    why: rule.why,
    hint: broken.hint ?? null,
    action: broken.action ?? null,
    fixes: broken.fixes ?? [],
    ...lines.span(broken.at),
  };
}

/** "did you mean" for a hint; null where nothing is near. */
export function didYouMean(nearest: string | null): string | null {
  return nearest === null ? null : `Did you mean \`${nearest}\`?`;
}
