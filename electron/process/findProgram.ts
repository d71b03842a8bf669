import {access, constants, stat} from 'node:fs/promises';
import path from 'node:path';

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
