import type {RuleCode} from '../../../electron/study/ruleTable';

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

/** Outputs that break no rule. */
export const O = 'outputs: {highly_sensitive: {o: a.csv}}';
/** A command that breaks no rule. */
export const R = 'run: "r:v2 x.R"';

/** A file of version 5 with these actions, each written on one line. */
export function v5(...actions: readonly string[]): string {
  return version('5', ...actions);
}

/** A file of some version with these actions. */
export function version(number: string, ...actions: readonly string[]): string {
  return `version: ${number}\nactions:\n${actions.map((action) => `  ${action}\n`).join('')}`;
}

/** A file of version 3, which needs expectations. */
export function v3(...actions: readonly string[]): string {
  return `${version('3', ...actions)}expectations: {population_size: 10}\n`;
}

/** A file whose one action has this output path. */
export function output(path: string, tier = 'highly_sensitive'): string {
  return v5(`a: {${R}, outputs: {${tier}: {o: ${path}}}}`);
}

/** A file whose one action has this command. */
export function command(run: string): string {
  return v5(`a: {run: ${run}, ${O}}`);
}

/** An action of this name that writes one highly sensitive file. */
export const actionWriting = (name: string, file: string): string =>
  `${name}: {run: "r:v2 ${name}.R", outputs: {highly_sensitive: {o: ${file}}}}`;
