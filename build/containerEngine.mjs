// A container engine for the tests: the one that answers, else a dockerd of our own. Node's own modules only.
import {closeSync, mkdirSync, openSync, readFileSync} from 'node:fs';
import {request} from 'node:http';
import {join} from 'node:path';
import {run, say, startProgram} from './childProcess.mjs';
import {root} from './ready.mjs';

function endpoint() {
  const host = process.env.DOCKER_HOST;
  if (!host)
    return {
      socketPath: process.platform === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock',
    };
  if (host.startsWith('unix://')) return {socketPath: host.slice('unix://'.length)};
  const {hostname, port} = new URL(host.replace(/^tcp:/, 'http:'));
  return {host: hostname, port};
}

/** Whether the engine answers this request with what is asked for. */
function answers(path) {
  return new Promise((resolve) => {
    const asked = request({...endpoint(), path, timeout: 5000}, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

/** Whether an engine answers at the usual place, or the one DOCKER_HOST names. */
export function engineAnswers() {
  return answers('/_ping');
}

/** Whether the engine has an image of this name. */
export function hasImage(name) {
  return answers(`/images/${encodeURIComponent(name)}/json`);
}

async function waitFor(condition, timeoutMs) {
  const until = Date.now() + timeoutMs;
  while (Date.now() < until) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}

/**
 * Sees to it that an engine answers: `{stop, reason}`. `reason` is null, or says why there is none;
 * `stop` ends only what was started here.
 */
export async function ensureEngine() {
  const nothing = async () => undefined;
  if (await engineAnswers()) return {stop: nothing, reason: null};
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return {stop: nothing, reason: 'No container engine answers. Start Docker and try again.'};
  if ((await run('sh', ['-c', 'test -d /run/systemd/system && systemctl start docker'])).code === 0)
    if (await waitFor(engineAnswers, 30_000)) return {stop: nothing, reason: null};

  say('Starting dockerd …');
  mkdirSync(join(root, 'dist'), {recursive: true});
  const logFile = join(root, 'dist/dockerd.log');
  const log = openSync(logFile, 'w');
  // Asked to end, it takes its containerd with it; killed, it would leave it behind.
  const daemon = startProgram('dockerd', [], {stdio: ['ignore', log, log], lastSignal: 'SIGTERM'});
  closeSync(log);
  let ended = false;
  daemon.child.once('error', () => (ended = true)).once('exit', () => (ended = true));
  const stop = async () => {
    daemon.stop('SIGTERM');
    if (!(await waitFor(() => ended, 30_000))) daemon.stop('SIGKILL');
  };
  await waitFor(async () => ended || (await engineAnswers()), 60_000);
  if (await engineAnswers()) return {stop, reason: null};
  await stop();
  const last = readFileSync(logFile, 'utf8').trim().split('\n').slice(-3).join('\n');
  return {stop: nothing, reason: `dockerd did not start: ${last}`};
}
