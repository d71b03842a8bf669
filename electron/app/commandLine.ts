import {existsSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {parseArgs} from 'node:util';

const PROJECT_FILE = 'project.yaml';

/** What the application was asked to open. */
export interface AppArguments {
  /** Absolute folder of a study, or for the sample study's copy. */
  readonly dir: string | null;
  /** Copy the sample study (into `dir` or a temporary folder) and open it. */
  readonly sample: boolean;
}

/**
 * Reads `--dir DIR`, `--sample`, and a study or its project.yaml as the file manager gives it; `argv` without program.
 * What Chromium takes is passed over, and so is the folder of the application, which has no project.yaml.
 */
export function readArguments(argv: readonly string[], workingDir: string): AppArguments {
  const {values, positionals} = parseArgs({
    args: [...argv],
    options: {dir: {type: 'string'}, sample: {type: 'boolean'}},
    strict: false,
    allowPositionals: true,
  });
  const given = positionals.map((path) => resolve(workingDir, path)).find(isStudy);
  return {
    dir:
      typeof values.dir === 'string'
        ? resolve(workingDir, values.dir)
        : given === undefined
          ? null
          : studyFolder(given),
    sample: values.sample === true,
  };
}

function isStudy(path: string): boolean {
  return basename(path) === PROJECT_FILE || existsSync(join(path, PROJECT_FILE));
}

/** The folder of a study of which the system gives the folder or its project.yaml. */
export function studyFolder(path: string): string {
  return basename(path) === PROJECT_FILE ? dirname(path) : path;
}
