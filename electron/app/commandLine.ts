import {resolve} from 'node:path';
import {parseArgs} from 'node:util';

/** What the application was asked to open. */
export interface AppArguments {
  /** Absolute folder of a study, or for the sample study's copy. */
  readonly dir: string | null;
  /** Copy the sample study (into `dir` or a temporary folder) and open it. */
  readonly sample: boolean;
}

/** Reads `--dir DIR` and `--sample`; `argv` without program and app path. What Chromium takes is passed over. */
export function readArguments(argv: readonly string[], workingDir: string): AppArguments {
  const {values} = parseArgs({
    args: [...argv],
    options: {dir: {type: 'string'}, sample: {type: 'boolean'}},
    strict: false,
  });
  return {
    dir: typeof values.dir === 'string' ? resolve(workingDir, values.dir) : null,
    sample: values.sample === true,
  };
}
