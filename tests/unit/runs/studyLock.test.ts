import {spawn, type ChildProcess} from 'node:child_process';
import {cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {build} from 'esbuild';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi} from 'vitest';
import {lookAtLock} from '../../../electron/runs/lockHolder';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {
  lockHolder,
  lockState,
  takeStudyLock,
  type LockOptions,
  type StudyLock,
} from '../../../electron/runs/studyLock';

const BEAT_MS = 100;
const SILENCE_MS = 1500;

let bundle = '';
let root = '';
let study = '';
const children: ChildProcess[] = [];
const locks: StudyLock[] = [];

beforeAll(async () => {
  const outfile = join(process.cwd(), 'dist/tests', `lockProcess-${process.pid}.cjs`);
  await build({
    entryPoints: [join(import.meta.dirname, 'lockProcess.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    logLevel: 'warning',
  });
  bundle = outfile;
});
afterAll(() => rm(bundle, {force: true}));
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'study-desk-lock-'));
  study = join(root, 'study');
  await mkdir(join(study, 'metadata/study-desk'), {recursive: true});
});
afterEach(async () => {
  for (const lock of locks.splice(0)) await lock.release();
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await rm(root, {recursive: true, force: true, maxRetries: 3});
});

const lockFile = (dir = study) => studyFolder(dir).lock;

async function take(more: Partial<LockOptions> = {}, dir = study) {
  const taken = await takeStudyLock(lockFile(dir), {
    study: dir,
    takenAt: new Date().toISOString(),
    beatMs: BEAT_MS,
    silenceMs: SILENCE_MS,
    ...more,
  });
  if (taken.ok) locks.push(taken.value);
  return taken;
}

/** A process that holds the study; `before` are the words of its command before its own. */
async function holder(...before: readonly string[]): Promise<ChildProcess> {
  const [command = process.execPath, ...args] = [
    ...before,
    process.execPath,
    bundle,
    lockFile(),
    study,
    String(BEAT_MS),
  ];
  const child = spawn(command, args, {stdio: ['pipe', 'pipe', 'inherit']});
  children.push(child);
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    if (said.includes('\n')) break;
  }
  expect(said).toBe('held\n');
  return child;
}

async function changeLock(change: Record<string, unknown>): Promise<void> {
  const now = JSON.parse(await readFile(lockFile(), 'utf8')) as object;
  await writeFile(lockFile(), JSON.stringify({...now, ...change}));
}

const ended = (child: ChildProcess) =>
  new Promise<void>((resolve) => child.once('exit', () => resolve()));

describe('a lock of this computer', () => {
  it('is refused at once while its process lives', async () => {
    await holder();
    const before = performance.now();
    expect(await take()).toMatchObject({ok: false, error: {kind: 'study-busy'}});
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it.runIf(process.platform === 'linux')(
    'is not taken while its process is stopped, however long that is watched',
    async () => {
      const child = await holder();
      child.kill('SIGSTOP');
      const before = performance.now();
      for (let silentMs = 0; silentMs < SILENCE_MS + 500; await delay(BEAT_MS)) {
        silentMs = (await lookAtLock(lockFile()))?.silentMs ?? 0;
        expect(await take()).toMatchObject({ok: false, error: {kind: 'study-busy'}});
        expect(performance.now() - before).toBeLessThan(20_000);
      }
      child.kill('SIGCONT');
      expect(await lockHolder(lockFile())).toMatchObject({pid: child.pid, seen: true});
    },
  );

  it('is taken at once when its process is gone', async () => {
    const child = await holder();
    child.kill('SIGKILL');
    await ended(child);
    expect(await lockHolder(lockFile())).toBeNull();
    const before = performance.now();
    const taken = await take();
    expect(performance.now() - before).toBeLessThan(1000);
    if (!taken.ok) throw new Error(taken.error.message);
    await taken.value.release();
  });

  it.runIf(process.platform === 'linux')('is taken at once from a zombie', async () => {
    // its parent never waits for it
    const words = [process.execPath, bundle, lockFile(), study, String(BEAT_MS)];
    const parent = spawn('sh', ['-c', '"$0" "$@" & exec sleep 30', ...words], {stdio: 'ignore'});
    children.push(parent);
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await lockHolder(lockFile())) !== null) break;
      await delay(50);
    }
    const held = await lockHolder(lockFile());
    if (held === null) throw new Error('The lock was not taken');
    process.kill(held.pid, 'SIGKILL');
    await delay(200);
    expect(await readFile(`/proc/${held.pid}/stat`, 'utf8')).toContain(') Z ');
    const before = performance.now();
    expect(await take()).toMatchObject({ok: true});
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

describe('a lock that cannot be judged from here', () => {
  it('holds while its heart beats, though its host has another name now', async () => {
    await holder();
    await changeLock({host: 'called-otherwise'});
    // written in place, it is the same file, whose heart goes on beating
    expect(await take()).toMatchObject({ok: false, error: {kind: 'study-busy'}});
  });

  it('is taken over once its heart has stopped', async () => {
    const child = await holder();
    child.kill('SIGKILL');
    await ended(child);
    await changeLock({host: 'called-otherwise'});
    const before = performance.now();
    expect(await take()).toMatchObject({ok: true});
    const waited = performance.now() - before;
    expect(waited).toBeGreaterThan(SILENCE_MS - 100);
    expect(waited).toBeLessThan(SILENCE_MS * 3);
  });

  it('of Snakemake on another computer stays known when it is silent, with since when', async () => {
    await holder();
    children[0]?.kill('SIGSTOP');
    await changeLock({host: 'called-otherwise', ranBy: 'snakemake'});
    expect(await lockHolder(lockFile())).toMatchObject({silentSince: null});
    const now = performance.now.bind(performance);
    let later = 0;
    const jump = vi.spyOn(performance, 'now').mockImplementation(() => now() + later);
    // as looked at every ten seconds
    for (; later < 70_000; later += 10_000) await lookAtLock(lockFile());
    const found = await lockHolder(lockFile());
    // whoever starts a run takes it all the same
    const state = await lockState(lockFile());
    jump.mockRestore();
    expect(state).toBe('left');
    expect(found).toMatchObject({host: 'called-otherwise', ranBy: 'snakemake'});
    expect(Date.now() - Date.parse(found?.silentSince ?? '')).toBeGreaterThan(55_000);
  });

  it('is not silent for the time in which nobody could look, as both computers slept', async () => {
    await holder();
    // its heart stops with the computer
    children[0]?.kill('SIGSTOP');
    await changeLock({host: 'called-otherwise'});
    const first = await lookAtLock(lockFile());
    const now = performance.now.bind(performance);
    const jump = vi.spyOn(performance, 'now').mockImplementation(() => now() + 8 * 3_600_000);
    const second = await lookAtLock(lockFile());
    jump.mockRestore();
    expect(second).toMatchObject({stamp: first?.stamp, process: 'unknown'});
    expect(second?.silentMs).toBeLessThan(15_000);
    expect(await lockHolder(lockFile())).toMatchObject({host: 'called-otherwise'});
  });

  it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'holds and is taken over alike from another set of process numbers, under another host name',
    async () => {
      const child = await holder(
        'unshare',
        '--pid',
        '--uts',
        '--fork',
        '--mount-proc',
        '--kill-child',
        'sh',
        '-c',
        'hostname other-host; exec "$0" "$@"',
      );
      expect(await take()).toMatchObject({ok: false, error: {kind: 'study-busy'}});
      child.kill('SIGKILL');
      await ended(child);
      expect(await take()).toMatchObject({ok: true});
    },
  );

  it('is taken at once where the user says so, and the other one notices', async () => {
    const first = await take();
    if (!first.ok) throw new Error(first.error.message);
    const lost = new Promise((resolve) => first.value.onLost(resolve));
    const second = await take({takeOver: true});
    if (!second.ok) throw new Error(second.error.message);
    expect(await lost).toMatchObject({takenOver: true, error: {kind: 'study-busy'}});
    expect(await first.value.check()).toMatchObject({ok: false});
    await first.value.release();
    expect(await second.value.check()).toEqual({ok: true, value: null});
    await second.value.release();
    await expect(stat(lockFile())).rejects.toThrow('ENOENT');
  });

  it('lets one in of many that come when it is stale', async () => {
    const child = await holder();
    child.kill('SIGKILL');
    await ended(child);
    const all = await Promise.all(Array.from({length: 12}, () => take()));
    await delay(BEAT_MS * 3);
    const states = await Promise.all(
      all.map(async (each) => each.ok && (await each.value.check()).ok),
    );
    expect(states.filter(Boolean)).toHaveLength(1);
  });
});

it('of a copied study is nothing to that of the original', async () => {
  await holder();
  const copy = join(root, 'copy');
  await cp(study, copy, {recursive: true});
  expect(await lockHolder(lockFile(copy))).toBeNull();
  expect(await take({}, copy)).toMatchObject({ok: true});
  expect(await take()).toMatchObject({ok: false});
});

it('is lost with the study that was moved, also where another one lies there by then', async () => {
  const taken = await take();
  if (!taken.ok) throw new Error(taken.error.message);
  await rename(study, join(root, 'moved'));
  await mkdir(join(study, 'metadata/study-desk'), {recursive: true});
  expect(await taken.value.check()).toMatchObject({
    error: {kind: 'file-system', message: 'The study was moved or deleted while its jobs ran.'},
  });
});

it('with anything but a file in its place keeps nobody out', async () => {
  await mkdir(lockFile());
  expect(await take()).toMatchObject({ok: true});
});
