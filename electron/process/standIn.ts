import {access, constants, stat} from 'node:fs/promises';
import path from 'node:path';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';

/** The absolute path of the first of some programs that PATH has; null where it has none. */
export async function findProgram(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<string | null> {
  const windows = platform === 'win32';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(windows ? ';' : ':').filter(Boolean);
  const endings = windows ? (env['PATHEXT'] ?? '.EXE').split(';') : [''];
  const paths = windows ? path.win32 : path.posix;
  for (const name of names) {
    for (const folder of folders) {
      for (const ending of endings) {
        const candidate = paths.join(folder, `${name}${ending}`);
        if (await isProgram(candidate)) return candidate;
      }
    }
  }
  return null;
}

/** Windows puts empty files of that name on PATH, which only open its shop. */
async function isProgram(candidate: string): Promise<boolean> {
  try {
    await access(candidate, constants.X_OK);
    const found = await stat(candidate);
    return found.isFile() && found.size > 0;
  } catch {
    return false;
  }
}

/** A program of this computer and its arguments, in place of an image and its command. */
export interface StandIn {
  /** Names to look for on PATH, best first. */
  readonly programs: readonly string[];
  readonly args: readonly string[];
  /** What to install where none is found. */
  readonly install: string;
}

const PYTHON = {posix: ['python3', 'python'], windows: ['python', 'py', 'python3']};
const R = {posix: ['Rscript'], windows: ['Rscript']};

/**
 * What stands in for an image: `python:vN python …` is this computer's Python, `r:vN …` its Rscript. Any other image
 * has no stand-in, which the error says in a sentence.
 */
export function standIn(
  image: string,
  args: readonly string[],
  platform: NodeJS.Platform,
): Result<StandIn, AppError> {
  const name = image.slice(image.lastIndexOf('/') + 1).replace(/:.*$/, '');
  const system = platform === 'win32' ? 'windows' : 'posix';
  if (name === 'r') {
    return ok({
      programs: R[system],
      args,
      install: 'R from the R project (Rscript must be on PATH)',
    });
  }
  const [program = '', ...rest] = args;
  if (name === 'python' && /^python3?$/.test(program)) {
    return ok({programs: PYTHON[system], args: rest, install: 'Python 3'});
  }
  if (name === 'python') {
    return failWith('invalid-request', `"${program}" cannot be run without its container image.`, {
      why: 'Without a container engine only "python …" runs, with the Python of this computer.',
      hint: 'Start Docker and run the action there.',
    });
  }
  return failWith(
    'invalid-request',
    `Nothing on this computer can stand in for the image ${name}.`,
    {
      why: 'Without a container engine only actions in Python and R can run.',
      hint: 'Start Docker and run the action there.',
    },
  );
}
