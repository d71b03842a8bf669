import {existsSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {LINK_SCHEME} from './deskLink';

const PROJECT_FILE = 'project.yaml';

/** What the application was asked to open. */
export interface AppArguments {
  /** Absolute folder of a study, or for the sample study's copy. */
  readonly dir: string | null;
  /** Copy the sample study (into `dir` or a temporary folder) and open it. */
  readonly sample: boolean;
  /** A link to a study (`deskLink`), which a page anywhere may have given; null without one. */
  readonly link: string | null;
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
  const given = positionals.map((path) => resolve(workingDir, plainPath(path))).find(isStudy);
  return {
    dir:
      typeof values.dir === 'string'
        ? resolve(workingDir, values.dir)
        : given === undefined
          ? null
          : studyFolder(given),
    sample: values.sample === true,
    link: positionals.find((each) => each.startsWith(LINK_SCHEME)) ?? null,
  };
}

/** Desktops of Linux may give a file as an address. */
function plainPath(path: string): string {
  return path.startsWith('file:///') ? fileURLToPath(path) : path;
}

function isStudy(path: string): boolean {
  return basename(path) === PROJECT_FILE || existsSync(join(path, PROJECT_FILE));
}

/** The folder of a study of which the system gives the folder or its project.yaml. */
export function studyFolder(path: string): string {
  return basename(path) === PROJECT_FILE ? dirname(path) : path;
}
