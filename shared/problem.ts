/** A place in a text file; lines and columns count from 1, the end is exclusive. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A replacement in project.yaml, in UTF-16 offsets of the text it was made for. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** An edit that certainly fixes a problem; shown as a diff before it is applied. */
export interface QuickFix {
  /** What the edit does, e.g. "Change to `generate_dataset`". */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Codes of the warnings that come of looking at scripts and jobs, after project.yaml was read. */
export const HIDDEN_NEED = 'S-NEED-HIDDEN';
export const UNUSED_NEED = 'S-NEED-UNUSED';

/** True for a problem that reading project.yaml alone does not find: of needs, of definitions in ehrQL, or of codelists. */
export function isOfFiles(problem: Problem): boolean {
  const {rule} = problem;
  return (
    rule === HIDDEN_NEED || rule === UNUSED_NEED || rule.startsWith('D-') || isOfCodelists(problem)
  );
}

/** True for a problem of codelists.txt or codelists.json: its line is one of that file, which `place` names. */
export function isOfCodelists({rule}: Problem): boolean {
  return rule.startsWith('S-CODELIST-');
}

/** The file that a problem's line and fixes are of: project.yaml but for codelists. */
export function fileOfLine(problem: Problem): string {
  return (isOfCodelists(problem) ? problem.place?.file : null) ?? 'project.yaml';
}

/** How bad a problem is: only errors stop a run. */
export type Severity = 'error' | 'warning';

/** One thing wrong with a project.yaml, at its place. */
export interface Problem extends Span {
  readonly severity: Severity;
  /** Rule code: `E-…` and `W-…` of the reference, or `S-…` for Study Desk's own (electron/study/RULES.md). */
  readonly rule: string;
  /** Who minds: the reference parser, or Study Desk alone. */
  readonly source: 'reference' | 'study-desk';
  /** One plain sentence. */
  readonly message: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do, e.g. "Did you mean `generate_dataset`?"; null where nothing more can be said. */
  readonly hint: string | null;
  /** The action it belongs to, if any. */
  readonly action: string | null;
  readonly fixes: readonly QuickFix[];
  /** Where it is, where that is in another file: of the study, the line from 1. */
  readonly place?: {readonly file: string; readonly line: number | null};
}

/** The order problems are listed in: errors before warnings, those of project.yaml first, then by line. */
export function byGravity(a: Problem, b: Problem): number {
  return (
    Number(b.severity === 'error') - Number(a.severity === 'error') ||
    Number(isOfCodelists(a)) - Number(isOfCodelists(b)) ||
    a.line - b.line ||
    a.column - b.column
  );
}
