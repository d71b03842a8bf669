import {spawn} from 'node:child_process';
import {access, constants} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {appError, type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';

/** Editors tried in this order where the user has set none; all but the last kind take a line. */
const KNOWN_EDITORS: readonly {readonly program: string; readonly args: readonly string[]}[] = [
  {program: 'code', args: ['--goto', '{file}:{line}']},
  {program: 'codium', args: ['--goto', '{file}:{line}']},
  {program: 'positron', args: ['--goto', '{file}:{line}']},
  {program: 'subl', args: ['{file}:{line}']},
  {program: 'gedit', args: ['+{line}', '{file}']},
  {program: 'kate', args: ['--line', '{line}', '{file}']},
];

/** A program and its arguments, to be started without a shell. */
export interface EditorCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Takes the user's setting apart: words, with double or single quotes around those that hold spaces. */
export function splitEditorCommand(setting: string): readonly string[] {
  const words = setting.match(/"[^"]*"|'[^']*'|[^\s"']+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/s, '$2'));
}

/** Puts file and line in; a command without `{file}` gets the file at its end. */
export function fillIn(words: readonly string[], file: string, line: number | null): EditorCommand {
  const [program = '', ...args] = words;
  const takesFile = args.some((arg) => arg.includes('{file}'));
  const filled = (takesFile ? args : [...args, '{file}']).map((arg) =>
    // a function, since a file name may hold what replaceAll takes for a pattern
    arg.replaceAll('{line}', () => String(line ?? 1)).replaceAll('{file}', () => file),
  );
  return {program, args: filled};
}

/** What opens a text file on a system where no editor is set and none is known; never what would run it. */
export function systemEditor(platform: NodeJS.Platform, file: string): EditorCommand {
  if (platform === 'darwin') return {program: 'open', args: ['-t', file]};
  if (platform === 'win32') return {program: 'notepad.exe', args: [file]};
  return {program: 'xdg-open', args: [file]};
}

/** Opens a file at a line in the user's editor. */
export async function openInEditor(
  setting: string | null,
  file: string,
  line: number | null,
): Promise<Result<null, AppError>> {
  const command = await chooseEditor(setting, file, line);
  const failure = await start(command);
  if (failure === null) return ok(null);
  const isChosen = setting !== null && setting.trim() !== '';
  return failWith(
    'not-found',
    isChosen ? `The editor "${command.program}" could not be started.` : 'No editor was found.',
    {
      why: failure,
      hint: 'Name your editor in Settings, for example: code --goto {file}:{line}',
      path: file,
    },
  );
}

/** What says that the folder of a file can't be shown; null where this system has what shows it, as far as is known. */
export async function noFileManager(
  file: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Promise<AppError | null> {
  // file managers of Linux are asked over the session's bus, else by xdg-open; others are part of the system
  if (platform !== 'linux' || env['DBUS_SESSION_BUS_ADDRESS'] !== undefined) return null;
  if ((await findProgram('xdg-open', env)) !== null) return null;
  return appError('not-found', 'No file manager was found.', {
    why: 'The program xdg-open, which starts it, is missing.',
    hint: 'Install xdg-utils, or open the folder by its path.',
    path: file,
  });
}

async function chooseEditor(
  setting: string | null,
  file: string,
  line: number | null,
): Promise<EditorCommand> {
  if (setting !== null && setting.trim() !== '') {
    return fillIn(splitEditorCommand(setting), file, line);
  }
  const known = await foundEditor();
  if (known === null) return systemEditor(process.platform, file);
  return fillIn([known.path, ...known.args], file, line);
}

/** The editor that opens files where the user has set none; null where none that is known is on the path. */
export async function foundEditor(env = process.env): Promise<{
  readonly program: string;
  readonly path: string;
  readonly args: readonly string[];
} | null> {
  for (const {program, args} of KNOWN_EDITORS) {
    const path = await findProgram(program, env);
    if (path !== null) return {program, path, args};
  }
  return null;
}

async function findProgram(
  program: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  // on Windows these are .cmd scripts, which only a shell can start
  if (process.platform === 'win32') return null;
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    const file = join(folder, program);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return null;
}

/** How long a program may take to say that it can't, in milliseconds: `xdg-open` ends at once where nothing opens a file. */
const REFUSES_MS = 1500;

/** Starts a program; why it could not be, or ended at once with an error, else null. */
function start({program, args}: EditorCommand): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], {detached: true, stdio: 'ignore', windowsHide: false});
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? `There is no program ${program}.` : error.message);
    });
    child.once('exit', (code) => {
      const failed = code !== 0 && code !== null;
      resolve(failed ? `${program} ended with exit code ${code}.` : null);
    });
    child.once('spawn', () => {
      child.unref();
      setTimeout(resolve, REFUSES_MS, null).unref();
    });
  });
}
