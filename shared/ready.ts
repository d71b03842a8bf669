import type {QuickFix} from './problem';

/** How an action ran on another image, for its user to decide whether project.yaml is to have that. */
export interface ImageMove {
  readonly from: string;
  readonly to: string;
  /** On the other image; on the one it has it did. */
  readonly succeeded: boolean;
  /** How its job on the other image ended. */
  readonly message: string;
  /** What it made on both, and how that differs; nothing where it did not succeed. */
  readonly outputs: readonly {readonly path: string; readonly words: string}[];
  readonly fix: QuickFix;
}

/** How bad a finding is: with information alone a study is ready. */
export type ReadySeverity = 'error' | 'warning' | 'info';

/** What would go wrong on the server though it works on this computer, or is to be known of it there. */
export interface ReadyFinding {
  /** Code of the rule: `R-…` (electron/ready/RULES.md), or that of a problem of project.yaml. */
  readonly rule: string;
  readonly severity: ReadySeverity;
  /** Study-relative; null for what is no file, such as a branch. */
  readonly path: string | null;
  /** From 1; null where there is none. */
  readonly line: number | null;
  readonly action: string | null;
  /** What, with every file concerned in full, and why it matters. */
  readonly message: string;
  /** What to do, as a sentence; null where nothing more can be said. */
  readonly fix: string | null;
}

/** True where nothing has to be done before the study goes to the server. */
export function isReady(findings: readonly ReadyFinding[]): boolean {
  return findings.every(({severity}) => severity === 'info');
}
