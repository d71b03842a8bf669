import {DEFAULT_CONCURRENCY, DEFAULT_LIMITS, type ExecutorKind} from './engine';

/** Settings of a person, the same in every study. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  /** Text size as a factor, 1 = 100 %. */
  readonly zoom: number;
  readonly executor: ExecutorKind;
  /** The container engine of studies that say nothing of it, by its name; null for the one that is found. */
  readonly engine: string | null;
  /** Names of environment variables that jobs without a container are given besides the usual ones. */
  readonly passedVariables: readonly string[];
  readonly concurrency: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly continueOnError: boolean;
  readonly letRunningFinish: boolean;
  /** Tell by the system when a run has ended whose window is in the background. */
  readonly tellWhenAway: boolean;
  /** Command that opens a file in the user's editor, with {file} and {line}; null for the system's default. */
  readonly editorCommand: string | null;
  /** Keep earlier outputs in a local cache, so that they can be restored. */
  readonly cacheOutputs: boolean;
  /** Bytes the cache of earlier outputs may take. */
  readonly cacheLimitBytes: number;
  /** Bytes that kept logs may take in a study. */
  readonly logLimitBytes: number;
}

/** Limits of one action in one study, in place of the general ones; null leaves the general one. */
export interface ActionOverride {
  readonly memoryBytes: number | null;
  readonly cpus: number | null;
  readonly timeoutSeconds: number | null;
}

/** What a person starts with. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  zoom: 1,
  executor: 'docker',
  engine: null,
  passedVariables: [],
  concurrency: DEFAULT_CONCURRENCY,
  memoryBytes: DEFAULT_LIMITS.memoryBytes,
  cpus: DEFAULT_LIMITS.cpus,
  continueOnError: false,
  letRunningFinish: false,
  tellWhenAway: true,
  editorCommand: null,
  cacheOutputs: true,
  cacheLimitBytes: 2 * 1024 ** 3,
  logLimitBytes: 200 * 1024 ** 2,
};
