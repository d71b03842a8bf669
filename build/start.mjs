// `npm start`: installs what is missing, builds, opens the window. Where there is no display, the sample
// study runs to its end without one; nothing is ever asked there. `-- --dir DIR` opens DIR, or puts the
// sample study there. Node's own modules only.
import {cp, mkdtemp, readdir} from 'node:fs/promises';
import {existsSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {parseArgs} from 'node:util';
import {Trouble, fail, run, say} from './childProcess.mjs';
import {engineAnswers, hasImage} from './containerEngine.mjs';
import {ensureBuilt, ensureInstalled, root} from './ready.mjs';
import {hasDisplay} from './virtualDisplay.mjs';
import {windowProgram} from './windowProgram.mjs';

/** The user's own programs take what time they need, and are asked to end before us. */
const untilItEnds = {show: true, timeoutMs: Infinity, lastSignal: 'SIGINT'};

async function openWindow(dir) {
  const window = await windowProgram(dir === undefined ? [] : ['--dir', dir]);
  const {code} = await run(window.command, window.args, {...untilItEnds, env: window.env});
  return code ?? 1;
}

const sampleImage = `${process.env.DOCKER_REGISTRY ?? 'ghcr.io/opensafely-core'}/python:v2`;

function studyDesk(args) {
  const cli = join(root, 'dist/host/cli.cjs');
  return run(process.execPath, [cli, ...args], untilItEnds);
}

/** A copy of the sample study in `wanted`, or in a temporary folder. */
async function copySample(wanted) {
  const dir = wanted ?? (await mkdtemp(join(tmpdir(), 'study-desk-sample-')));
  if (existsSync(dir) && (await readdir(dir)).length > 0) {
    if (existsSync(join(dir, 'project.yaml'))) return dir;
    throw new Trouble(`${dir} is not empty. Name a new folder for the sample study.`);
  }
  await cp(join(root, 'electron/sample/study'), dir, {recursive: true});
  return dir;
}

async function runSample(dir) {
  const runAll = ['run', 'run_all', '--project-dir', dir];
  const withPython = [...runAll, '--executor', 'process'];
  if (!(await engineAnswers())) {
    say("No container engine answers, so the actions run with this computer's own Python.");
    return studyDesk(withPython);
  }
  const ran = await studyDesk(runAll);
  if (ran.code === 0 || (await hasImage(sampleImage))) return ran;
  say(
    `\nThe image ${sampleImage} can't be had here, so the actions run with this computer's own Python.`,
  );
  return studyDesk([...withPython, '--force-run-dependencies']);
}

async function withoutWindow(wanted) {
  say('There is no display here, so the sample study runs without a window.');
  const dir = await copySample(wanted);
  say(`The sample study is in ${dir}\n`);
  const {code} = await runSample(dir);
  if (code !== 0) return code ?? 1;
  process.stdout.write('\n');
  const listed = await studyDesk(['outputs', '--project-dir', dir]);
  return listed.code ?? 1;
}

try {
  const {values} = parseArgs({options: {dir: {type: 'string'}}});
  const dir = values.dir === undefined ? undefined : resolve(values.dir);
  await ensureInstalled();
  await ensureBuilt();
  process.exitCode = hasDisplay() ? await openWindow(dir) : await withoutWindow(dir);
} catch (error) {
  fail(error);
}
