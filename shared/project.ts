import type {Problem, Span} from './problem';
import type {Tier} from './sensitivity';

/** One `label: pattern` line under a tier of an action. */
export interface OutputPattern {
  readonly tier: Tier;
  readonly label: string;
  /** Path relative to the study with `/`; `*` is any run of characters but `/`. */
  readonly pattern: string;
  readonly span: Span;
}

/** A `run:` line taken apart (RULES "Command"). */
export interface RunCommand {
  /** The text as written in project.yaml. */
  readonly raw: string;
  /** All tokens; the first is the image. */
  readonly argv: readonly string[];
  /** `r` in `r:v2`. */
  readonly imageName: string;
  /** `v2` in `r:v2`. */
  readonly imageTag: string;
  readonly span: Span;
}

/** One action of a study. */
export interface Action {
  readonly name: string;
  readonly run: RunCommand;
  /** Direct needs in file order, as written. */
  readonly needs: readonly string[];
  readonly outputs: readonly OutputPattern[];
  /** The tiers that are given, in their order; one may have no outputs (S-NO-PATTERN). */
  readonly tiers: readonly Tier[];
  /** `config:` as the one-line JSON the container sees; null when empty or absent. */
  readonly configJson: string | null;
  /** What the container is given after the image: argv from 2 on, `--config JSON`, legacy extras (RULES "Command"). */
  readonly containerArgs: readonly string[];
  /** The shell-joined command with `--config JSON`; null without config. */
  readonly commandWithConfig: string | null;
  readonly dummyDataFile: string | null;
  /** Needs the database on the server; here it only affects the order. */
  readonly usesDatabase: boolean;
  /** Where the action's key stands. */
  readonly span: Span;
}

/** A valid project.yaml. */
export interface Project {
  readonly version: number;
  /** Dummy population of versions below 4; null from 4 on. */
  readonly populationSize: number | null;
  /** In file order. */
  readonly actions: readonly Action[];
  /** What `run_all` stands for, in file order. */
  readonly runAll: readonly string[];
}

/** What reading a project.yaml gave: always the problems, and the project where it is valid. */
export interface ProjectReading {
  /** No error of the reference's and none of ours. */
  readonly valid: boolean;
  /** The reference parser's verdict on the same text. */
  readonly acceptedByReference: boolean;
  readonly version: number | null;
  /** In the reference's order, its first error first; then Study Desk's own. */
  readonly problems: readonly Problem[];
  readonly project: Project | null;
}
