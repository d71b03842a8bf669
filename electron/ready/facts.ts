import type {CodelistProblem} from '../../shared/codelist';
import type {ReadyFinding} from '../../shared/ready';
import type {Action, Project, ProjectReading} from '../../shared/project';
import {READY_RULES, type ReadyRule} from './ruleTable';

/** A text that a script holds between quotes. */
export interface Literal {
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/** A script as the rules look at it. */
export interface ScriptText {
  readonly path: string;
  /** Its lines without comments where those are certain. */
  readonly lines: readonly string[];
  readonly literals: readonly Literal[];
}

/** An action that is to be ready, with what it uses. */
export interface ReadyAction {
  readonly action: Action;
  /** The script that its run line names; null where that is none of the study's. */
  readonly script: ScriptText | null;
  /** That script and those it takes in, as far as a scan finds them. */
  readonly scripts: readonly ScriptText[];
  /** Code files that it uses, as far as a scan finds them; data too. */
  readonly uses: readonly string[];
  /** Everything that it uses was found. */
  readonly certain: boolean;
  /** Files that it surely reads, whether or not they are there. */
  readonly reads: readonly {
    readonly path: string;
    readonly at: {readonly script: string; readonly line: number} | null;
  }[];
}

/** A file of the commit that is checked out. */
export interface CommittedFile {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  /** In the folder now; null where it is not there. */
  readonly bytes: number | null;
  /** Where a link leads. */
  readonly target: string | null;
}

/** What git knows of a study; `electron/git` looks for it. */
export interface RepositoryFacts {
  readonly prefix: string;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly files: readonly CommittedFile[];
  readonly changes: readonly {
    readonly path: string;
    readonly change: 'changed' | 'deleted' | 'added' | 'untracked' | 'conflicted';
  }[];
  readonly trackedIgnored: readonly string[];
  /** Code files of the folder that git ignores. */
  readonly ignored: readonly string[];
  readonly pointers: readonly string[];
  readonly remote: {
    readonly upstream: string | null;
    readonly ahead: number;
  };
}

/** Everything that the rules look at; nothing is read by them. */
export interface ReadyFacts {
  readonly reading: ProjectReading;
  readonly project: Project | null;
  /** Null where the study is in no repository. */
  readonly repository: RepositoryFacts | null;
  /** Those that are to be ready, with all that they need. */
  readonly actions: readonly ReadyAction[];
  /** Whether all actions of the study are among them. */
  readonly whole: boolean;
  /** Code files of the folder as it is now, committed or not; outputs are not among them. */
  readonly codeFiles: ReadonlySet<string>;
  /** What is wrong with the codelists here, by electron/codelists. */
  readonly codelists: readonly CodelistProblem[];
  /** Committed files whose header names patients. */
  readonly patientFiles: readonly string[];
  /** Committed files in Python that import the cohort extractor, with the line. */
  readonly cohortImports: readonly {readonly path: string; readonly line: number}[];
  /** Moderately sensitive outputs of now that would not be let out, and why. */
  readonly keptBack: readonly {
    readonly path: string;
    readonly action: string;
    readonly reason: string;
  }[];
}

/** What of a finding differs from the next one of its rule. */
export interface Found {
  readonly path?: string | null;
  readonly line?: number | null;
  readonly action?: string | null;
  /** What is the matter; the reason of its rule is added. */
  readonly message: string;
  /** In place of that of the rule. */
  readonly fix?: string | null;
  /** In place of that of the rule. */
  readonly severity?: ReadyFinding['severity'];
}

/** A finding of a rule. */
export function finding(rule: ReadyRule, found: Found): ReadyFinding {
  const {severity, why, fix} = READY_RULES[rule];
  return {
    rule,
    severity: found.severity ?? severity,
    path: found.path ?? null,
    line: found.line ?? null,
    action: found.action ?? null,
    message: `${found.message} ${why}`,
    fix: found.fix === undefined ? fix : found.fix,
  };
}
