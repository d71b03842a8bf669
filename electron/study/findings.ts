import type {Problem, QuickFix} from '../../shared/problem';
import type {LineIndex} from './lineIndex';
import {RULES, type RuleCode} from './ruleTable';
import type {Place} from './yaml/yamlValue';

/** One broken rule at its place, in offsets. */
export interface Finding {
  readonly rule: RuleCode;
  readonly at: Place;
  readonly message: string;
  readonly hint?: string | null;
  readonly action?: string | null;
  readonly fixes?: readonly QuickFix[];
}

/** Where the rules put what they find. */
export type Report = (finding: Finding) => void;

/** A finding as the problem that people see. */
export function toProblem(finding: Finding, lines: LineIndex): Problem {
  const rule = RULES[finding.rule];
  return {
    severity: rule.severity,
    rule: finding.rule,
    source: rule.source,
    message: finding.message,
    why: rule.why,
    hint: finding.hint ?? null,
    action: finding.action ?? null,
    fixes: finding.fixes ?? [],
    ...lines.span(finding.at),
  };
}

/** "did you mean" for a hint; null where nothing is near. */
export function didYouMean(nearest: string | null): string | null {
  return nearest === null ? null : `Did you mean \`${nearest}\`?`;
}
