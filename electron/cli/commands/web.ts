import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, realpath, rm, writeFile} from 'node:fs/promises';
import {homedir, tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {pathToFileURL} from 'node:url';
import {type AppError, appError} from '../../../shared/errors';
import {formatPlural} from '../../../shared/format';
import {err, ok, type Result} from '../../../shared/result';
import {isInside} from '../../files/studyPath';
import {userSettingsPath} from '../../settings/userSettings';
import {serveWeb, type WebDesk} from '../../web/serveWeb';
import {webPlace, type WebOptions} from '../../web/webPlace';
import {type CommandContext, reportError} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {onInterruption} from '../interruption';

/** The options of `web`. */
export interface WebCommandOptions extends WebOptions {
  /** Opens the user's browser, where there is one. */
  readonly open: boolean;
}

/** `web`: serves the window until it is interrupted, and ends when its runs have. */
export async function webCommand(
  context: CommandContext,
  options: WebCommandOptions,
): Promise<ExitCode> {
  const {console} = context;
  const place = webPlace(options);
  if (!place.ok) return reportError(context, place.error);
  const folders = await foldersOf(context.projectDir, options.root);
  if (!folders.ok) return reportError(context, folders.error);
  const appFolder = join(__dirname, '..', '..');
  const served = await serveWeb({
    place: place.value,
    ...folders.value,
    core: () => context.core('in a browser'),
    settings: context.chosen(),
    settingsFile: userSettingsPath(process.platform, process.env, homedir()),
    renderer: join(__dirname, '../renderer'),
    appFolder,
    version: context.version,
    env: process.env,
    refused: refusals((line) => console.warn(line)),
  });
  if (!served.ok) return reportError(context, served.error);
  const desk = served.value;
  const say = (event: 'listening' | 'token', url: string): void => {
    console.json({event, url});
    console.print(event === 'listening' ? `Study Desk is at ${url}` : `Another address: ${url}`);
  };
  say('listening', desk.newAddress());
  console.print('The address works once, within ten minutes. Press Ctrl-C to stop.');
  const closeBrowser = options.open ? openBrowser(desk) : null;
  const stopKeys = onTokenKey(() => say('token', desk.newAddress()));
  if (stopKeys !== null) console.print('Press t for another address.');
  await interruption(() => {
    const busy = desk.stopServing();
    const words =
      busy === 0
        ? 'Stopped serving.'
        : `Stopped serving. ${formatPlural(busy, 'study has', 'studies have')} runs under way: this ends when they have. Press Ctrl-C again to leave at once.`;
    console.json({event: 'stopping', studies: busy});
    console.warn(words);
    return desk.ended();
  });
  stopKeys?.();
  await closeBrowser?.();
  console.json({event: 'stopped'});
  return EXIT.done;
}

/** Waits for the first signal and what it begins; a second signal leaves at once. */
function interruption(stop: () => Promise<void>): Promise<void> {
  return new Promise((done) => {
    let stopping = false;
    const hearNoMore = onInterruption(() => {
      if (stopping) process.exit(EXIT.interrupted);
      stopping = true;
      void stop().finally(() => {
        hearNoMore();
        done();
      });
    });
  });
}

/** The study to open first, null where none is named and this folder holds none, and the root; both as real paths. */
async function foldersOf(
  projectDir: string,
  root: string | undefined,
): Promise<Result<{readonly dir: string | null; readonly root: string}, AppError>> {
  const real = async (dir: string) => realpath(dir).catch(() => null);
  const here = await real(projectDir);
  if (here === null) return err(noFolder(projectDir));
  const top = root === undefined ? here : await real(resolve(root));
  if (top === null) return err(noFolder(resolve(root ?? '')));
  const isNamed = here !== (await real(process.cwd()));
  const dir = isNamed || existsSync(join(here, 'project.yaml')) ? here : null;
  if (dir !== null && !isInside(top, dir))
    return err(
      appError('invalid-request', 'The study folder does not lie below --root.', {
        hint: 'Name a --root that holds it.',
      }),
    );
  return ok({dir, root: top});
}

function noFolder(dir: string): AppError {
  return appError('not-found', `There is no folder ${dir}.`, {hint: 'Check the path.'});
}

/** Refusals noted in a minute; further ones are only counted. */
const MOST_REFUSALS = 20;

/** Notes what was refused, with both values as far as they are short. */
function refusals(warn: (line: string) => void): (host: string, origin: string) => void {
  let since = 0;
  let count = 0;
  return (host, origin) => {
    if (Date.now() - since > 60_000) {
      if (count > MOST_REFUSALS) warn(`Refused ${count - MOST_REFUSALS} more requests.`);
      since = Date.now();
      count = 0;
    }
    count += 1;
    if (count > MOST_REFUSALS) return;
    const shown = (text: string): string => (text === '' ? 'none' : text.slice(0, 200));
    warn(
      `Refused a request: Host ${shown(host)}, Origin ${shown(origin)}. Only the printed address and --trusted-origin are let in.`,
    );
  };
}

/** Calls back for each `t` typed on a terminal; answers how to stop, or null where there is none. */
function onTokenKey(ask: () => void): (() => void) | null {
  const {stdin} = process;
  if (!stdin.isTTY) return null;
  const onData = (data: Buffer): void => {
    for (const key of data.toString('latin1')) {
      if (key === 't') ask();
      // a raw terminal makes no signal of it
      if (key === '\u0003') process.kill(process.pid, 'SIGINT');
    }
  };
  stdin.setRawMode(true);
  stdin.on('data', onData).resume();
  return () => {
    stdin.off('data', onData).pause();
    stdin.setRawMode(false);
  };
}

/**
 * Opens the user's browser on a file that only this user may read and that leads to an address of its own: what a program is
 * started with is seen by everybody on the computer. Answers how to remove it; null where there is no browser.
 */
function openBrowser(desk: WebDesk): (() => Promise<void>) | null {
  const {platform, env} = process;
  if (env['CODESPACE_NAME'] !== undefined) return null;
  const seen =
    Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']) || Boolean(env['BROWSER']);
  if (platform === 'linux' && !seen) return null;
  const folder = mkdtemp(join(tmpdir(), 'study-desk-open-'));
  const open = async (): Promise<void> => {
    const file = join(await folder, 'open.html');
    const page = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${desk.newAddress()}"><title>Study Desk</title>`;
    await writeFile(file, page, {mode: 0o600, flag: 'wx'});
    const [program = '', ...args] =
      platform === 'darwin'
        ? ['open']
        : platform === 'win32'
          ? ['cmd', '/c', 'start', '']
          : [env['BROWSER'] || 'xdg-open'];
    const child = spawn(program, [...args, pathToFileURL(file).href], {
      stdio: 'ignore',
      detached: true,
    });
    // the address has been printed: it can be opened by hand
    child.once('error', () => undefined);
    child.unref();
  };
  const opened = open().catch(() => undefined);
  return async () => {
    await opened;
    await rm(await folder, {recursive: true, force: true}).catch(() => undefined);
  };
}
