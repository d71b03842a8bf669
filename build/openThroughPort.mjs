// Starts the application as a user would, and reaches its page through Chromium's debugging port alone:
// for packages, whose inspector is fused shut, and for measuring, where nothing may hold the start up.
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {chromium} from 'playwright-core';
import {startProgram} from './childProcess.mjs';
import {electronArguments} from './electronRuntime.mjs';

/** Starts `executable` with these arguments and an empty user folder; `startedAt` is in milliseconds since 1970. */
export async function openThroughPort({executable, args = [], env = {}}) {
  const userData = await mkdtemp(join(tmpdir(), 'study-desk-user-'));
  const startedAt = Date.now();
  const program = startProgram(
    executable,
    [
      ...electronArguments(),
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${userData}`,
      ...args,
    ],
    {env},
  );
  const ended = new Promise((resolve) => program.child.once('close', resolve));
  const close = async () => {
    program.stop('SIGKILL');
    await ended;
    await rm(userData, {recursive: true, force: true, maxRetries: 5});
  };
  try {
    const browser = await connect(await portAddress(program.child));
    const [context] = browser.contexts();
    const page = context.pages()[0] ?? (await context.waitForEvent('page'));
    return {page, startedAt, close};
  } catch (error) {
    await close();
    throw error;
  }
}

/** Tries three times: on a busy computer the port may be open before anything behind it answers. */
async function connect(address, attempt = 1) {
  try {
    // Electron's pages stay as they are: it has no contexts to set up
    return await chromium.connectOverCDP(address, {noDefaults: true, timeout: 15_000});
  } catch (error) {
    if (attempt === 3) throw error;
    return connect(address, attempt + 1);
  }
}

function portAddress(child) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const timer = setTimeout(() => reject(new Error(`No debugging port:\n${printed}`)), 60_000);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => {
        printed += chunk;
        const found = /DevTools listening on (ws:\S+)/.exec(printed)?.[1];
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      });
    child.once('error', reject);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`The application ended:\n${printed}`));
    });
  });
}
