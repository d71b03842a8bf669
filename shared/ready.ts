import {formatPlural} from './format';
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

/** What was found. */
export interface ReadyLook {
  /** Whether it was run from the commit too; false also where project.yaml has errors, or nothing is committed. */
  readonly ran: boolean;
  readonly findings: readonly ReadyFinding[];
}

/** What comes of a look, in a sentence that is no surer than the look. */
export function readyWords({ran, findings}: ReadyLook): string {
  const grave = findings.filter(({severity}) => severity !== 'info').length;
  if (grave > 0) return `Not ready for the server: ${formatPlural(grave, 'finding')}.`;
  return ran
    ? 'Ready for the server: it ran from nothing but the files of the commit, and nothing else was found.'
    : 'Nothing was found by looking.';
}

/** True where nothing has to be done before the study goes to the server. */
export function isReady(findings: readonly ReadyFinding[]): boolean {
  return findings.every(({severity}) => severity === 'info');
}
