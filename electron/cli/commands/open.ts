import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {type CommandContext, reportError} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * `open [DIR]`: the window, on the folder given, else on the study of the current folder, else on the start
 * page; waits until it is closed.
 */
export async function openCommand(context: CommandContext, dir: string | null): Promise<ExitCode> {
  const here = existsSync(join(context.projectDir, 'project.yaml')) ? context.projectDir : null;
  const target = dir === null ? here : resolve(dir);
  if (target !== null && !existsSync(target))
    return reportError(
      context,
      appError('not-found', `There is no folder ${target}.`, {hint: 'Check the path.'}),
    );
  if (!hasDisplay(process.platform, process.env)) return reportError(context, noDisplay());
  const program = windowProgram(target);
  const ended = program === null ? err(notInstalled()) : await run(program);
  return ended.ok ? ended.value : reportError(context, ended.error);
}

/** Only Linux can be without a display: it says where one is in these variables. */
export function hasDisplay(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

function noDisplay(): AppError {
  return appError('invalid-request', 'There is no display here to open a window on.', {
    why: 'Neither DISPLAY nor WAYLAND_DISPLAY is set.',
    hint: 'Use the other commands: `study-desk run`, `study-desk status`, `study-desk outputs`.',
  });
}

/** In a checkout the launcher of `npm start`; in the packaged application that application itself. */
function windowProgram(dir: string | null): Program | null {
  const dirArgs = dir === null ? [] : ['--dir', dir];
  const launcher = join(__dirname, '..', '..', 'build', 'start.mjs');
  if (existsSync(launcher))
    return {file: process.execPath, args: [launcher, ...dirArgs], env: process.env};
  if (process.versions.electron === undefined) return null;
  const {ELECTRON_RUN_AS_NODE: _asNode, ...env} = process.env;
  return {file: process.execPath, args: dirArgs, env};
}

function run(program: Program): Promise<Result<ExitCode, AppError>> {
  return new Promise((answer) => {
    const child = spawn(program.file, program.args, {stdio: 'inherit', env: program.env});
    // Ctrl-C reaches the window too; this process ends when it has
    process.on('SIGINT', () => undefined);
    child.once('error', (error) => answer(err({...notInstalled(), detail: error.message})));
    child.once('exit', (code, signal) =>
      answer(ok(signal !== null ? EXIT.interrupted : code === 0 ? EXIT.done : EXIT.failed)),
    );
  });
}

function notInstalled(): AppError {
  return appError('file-system', 'The window could not be started.', {
    hint: 'Start it with `npm start` in the Study Desk folder.',
  });
}
