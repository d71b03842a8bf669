// `npm run dev`: the window for developing. A change in renderer/ or shared/ is built and the window reloaded;
// one in electron/ or shared/ starts the application anew. It is the application as it is, from the same bundles
// under the same policy: the reload comes in through Chromium's debugging pipe, which only this script holds.
// `-- --dir DIR` opens DIR. Node's own modules only.
import {watch} from 'node:fs';
import {join, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {Trouble, fail, lastLines, run, say, startProgram} from './childProcess.mjs';
import {ensureBuilt, ensureInstalled, root} from './ready.mjs';
import {hasDisplay} from './virtualDisplay.mjs';
import {windowProgram} from './windowProgram.mjs';

/** Editors write a file in several steps, and several files at once. */
const QUIET_MS = 150;
/** The application ends by itself within this time when it is asked to; a run goes on in its containers. */
const LONGEST_END_MS = 5000;

/** What has to be built again for a change below each folder. */
const partsOf = {renderer: ['renderer'], electron: ['host'], shared: ['host', 'renderer']};

/** Builds a part; what is wrong with it is told, and the window stays as it is. */
async function build(part) {
  const {code, ...printed} = await run(process.execPath, [join(root, 'build/build.mjs'), part], {
    cwd: root,
  });
  if (code === 0) return true;
  say(`\nThe ${part} could not be built:\n${lastLines(printed, 40)}\n`);
  return false;
}

/** Starts the application: `reload` its windows, `stop` it; `ended` is done when it has ended. */
function open(window) {
  const program = startProgram(window.command, [...window.args, '--remote-debugging-pipe'], {
    env: window.env,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
    lastSignal: 'SIGTERM',
  });
  const {child} = program;
  const ended = new Promise((done) => {
    child.once('close', done);
    child.once('error', done);
  });
  const chromium = debuggingPipe(child.stdio[3], child.stdio[4]);
  return {
    ended,
    async reload() {
      const {targetInfos} = await chromium('Target.getTargets');
      for (const {targetId, type} of targetInfos) {
        if (type !== 'page') continue;
        const {sessionId} = await chromium('Target.attachToTarget', {targetId, flatten: true});
        await chromium('Page.reload', {ignoreCache: true}, sessionId);
        await chromium('Target.detachFromTarget', {sessionId});
      }
    },
    async stop() {
      program.stop('SIGTERM');
      const timer = setTimeout(() => program.stop('SIGKILL'), LONGEST_END_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Asks Chromium through its pipe; messages are JSON, each ended by a zero. */
function debuggingPipe(toChromium, fromChromium) {
  const waiting = new Map();
  let last = 0;
  let text = '';
  fromChromium.setEncoding('utf8').on('data', (chunk) => {
    const messages = (text + chunk).split('\0');
    text = messages.pop() ?? '';
    for (const {id, result, error} of messages.map((message) => JSON.parse(message))) {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) asked?.resolve(result);
      else asked?.reject(new Error(error.message));
    }
  });
  // the pipe breaks when the application ends: nobody waits for what it did not answer
  for (const pipe of [toChromium, fromChromium]) pipe.on('error', () => undefined);
  fromChromium.once('close', () => {
    for (const asked of waiting.values()) asked.reject(new Error('The application has ended.'));
    waiting.clear();
  });
  return (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, {resolve, reject});
      toChromium.write(`${JSON.stringify({id: last, method, params, sessionId})}\0`);
    });
}

/** Calls back with the parts to build once a folder has been quiet for a moment; one call at a time. */
function onChange(take) {
  const parts = new Set();
  let timer;
  let busy = false;
  const flush = async () => {
    if (busy || parts.size === 0) return;
    busy = true;
    const changed = [...parts];
    parts.clear();
    await take(changed).catch(fail);
    busy = false;
    void flush();
  };
  for (const [folder, needed] of Object.entries(partsOf))
    watch(join(root, folder), {recursive: true}, (_event, file) => {
      if (file?.endsWith('.md')) return;
      for (const part of needed) parts.add(part);
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), QUIET_MS);
    });
}

async function develop(dir) {
  if (!hasDisplay()) throw new Trouble('There is no display here to show the window on.');
  const window = await windowProgram([
    // settings of its own, and no handing over to a Study Desk that is open already
    `--user-data-dir=${join(root, 'dist/dev-user')}`,
    ...(dir === undefined ? [] : ['--dir', dir]),
  ]);
  let application;
  const start = () => {
    const started = open(window);
    application = started;
    void started.ended.then(() => {
      if (application === started) process.exit();
    });
  };
  start();
  say('The window follows changes in renderer/, electron/ and shared/. Close it to end.');
  onChange(async (parts) => {
    const startedAt = Date.now();
    const built = await Promise.all(parts.map(build));
    if (built.includes(false)) return;
    const before = application;
    if (parts.includes('host')) {
      application = undefined;
      await before.stop();
      start();
    } else await before.reload();
    say(`Built ${parts.join(' and ')} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
  });
}

try {
  const {values} = parseArgs({options: {dir: {type: 'string'}}});
  await ensureInstalled();
  await ensureBuilt();
  await develop(values.dir === undefined ? undefined : resolve(values.dir));
} catch (error) {
  fail(error);
}
