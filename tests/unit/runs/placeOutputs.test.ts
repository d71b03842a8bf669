import {spawn} from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {build} from 'esbuild';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {incomingFile} from '../../../electron/runs/collectedFiles';
import {takeIncoming} from '../../../electron/runs/incomingFolder';
import {
  forgetReplaced,
  placeFiles,
  restoreId,
  settleSwaps,
} from '../../../electron/runs/placeOutputs';
import {everyNth} from '../../gateShare';

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, {recursive: true, force: true});
});

function collected(
  paths: readonly string[],
  id = 'job',
  holder = '',
): {readonly dir: string; readonly incoming: string; readonly prefix: string} {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-place-'));
  roots.push(dir);
  const incoming = join(dir, 'metadata/study-desk/incoming');
  const prefix = join(incoming, holder, id);
  mkdirSync(dirname(prefix), {recursive: true});
  for (const path of paths) writeFileSync(incomingFile(prefix, path), `new ${path}`);
  return {dir, incoming, prefix};
}

function write(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), {recursive: true});
  writeFileSync(join(dir, path), text);
}

const read = (dir: string, path: string) => readFileSync(join(dir, path), 'utf8');
/** The letter by which the system tells a process's state; T for one that is stopped. */
const stateOf = (pid = 0) => /\) (\w) /u.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
const none = async () => new Set<string>();

const PATHS = ['output/a.csv', 'output/b.csv', 'output/deep/er/c.csv'];

describe('placing the outputs of a job', () => {
  it('replaces some and makes others, and leaves nothing else behind', async () => {
    const {dir, incoming, prefix} = collected(PATHS);
    write(dir, 'output/b.csv', 'old');
    expect(await placeFiles(dir, prefix, PATHS)).toEqual({ok: true, value: null});
    for (const path of PATHS) expect(read(dir, path)).toBe(`new ${path}`);
    await forgetReplaced(dir, prefix);
    expect(readdirSync(incoming)).toEqual([]);
    expect(readdirSync(join(dir, 'output')).sort()).toEqual(['a.csv', 'b.csv', 'deep']);
  });

  it.each([0, 1, 2])(
    'changes none where a folder is in the place of output %i',
    async (blocked) => {
      const {dir, incoming, prefix} = collected(PATHS);
      const blockedPath = PATHS[blocked] ?? '';
      for (const path of PATHS)
        if (path === blockedPath) write(dir, `${path}/mine.txt`, 'mine');
        else write(dir, path, 'old');
      const placed = await placeFiles(dir, prefix, PATHS);
      expect(placed).toMatchObject({ok: false});
      expect(placed.ok ? '' : placed.error.message).toContain(blockedPath);
      for (const path of PATHS)
        expect(path === blockedPath ? read(dir, `${path}/mine.txt`) : read(dir, path)).toBe(
          path === blockedPath ? 'mine' : 'old',
        );
      // the new ones are all where they were, for being kept
      for (const path of PATHS)
        expect(readFileSync(incomingFile(prefix, path), 'utf8')).toBe(`new ${path}`);
      expect(readdirSync(incoming)).toHaveLength(PATHS.length);
    },
  );

  it('changes none where a collected file is gone', async () => {
    const {dir, prefix} = collected(PATHS.slice(1));
    for (const path of PATHS) write(dir, path, 'old');
    expect(await placeFiles(dir, prefix, PATHS)).toMatchObject({ok: false});
    for (const path of PATHS) expect(read(dir, path)).toBe('old');
  });

  it('takes away again what had no earlier file', async () => {
    const {dir, prefix} = collected(PATHS);
    mkdirSync(join(dir, 'output/b.csv'), {recursive: true});
    expect(await placeFiles(dir, prefix, PATHS)).toMatchObject({ok: false});
    expect(() => lstatSync(join(dir, 'output/a.csv'))).toThrow('ENOENT');
    expect(() => lstatSync(join(dir, 'output/deep/er/c.csv'))).toThrow('ENOENT');
  });

  it('puts the old files back of a job that did not succeed in the end, and not of one that did', async () => {
    for (const succeeded of [false, true]) {
      const {dir, incoming, prefix} = collected(PATHS);
      write(dir, 'output/a.csv', 'old');
      symlinkSync('a.csv', join(dir, 'output/b.csv'));
      expect((await placeFiles(dir, prefix, PATHS)).ok).toBe(true);
      const settled = await settleSwaps(
        dir,
        incoming,
        async () => new Set(succeeded ? ['job'] : []),
      );
      expect(settled.ok).toBe(true);
      expect(read(dir, 'output/a.csv')).toBe(succeeded ? 'new output/a.csv' : 'old');
      expect(lstatSync(join(dir, 'output/b.csv')).isSymbolicLink()).toBe(!succeeded);
      expect(readdirSync(incoming)).toHaveLength(succeeded ? 0 : PATHS.length);
    }
  });
});

describe('a swap that puts earlier outputs back', () => {
  it.each([true, false])(
    'is settled by what is on record (%s), also of one file, and leaves no copy',
    async (isOnRecord) => {
      for (const paths of [PATHS, PATHS.slice(0, 1)]) {
        const id = restoreId('2026-05-01T00:00:00.000Z');
        const {dir, incoming, prefix} = collected(paths, id);
        for (const path of paths) write(dir, path, 'old');
        expect(await placeFiles(dir, prefix, paths, true)).toEqual({ok: true, value: null});
        const settled = await settleSwaps(
          dir,
          incoming,
          async () => new Set(isOnRecord ? [id] : []),
        );
        expect(settled).toEqual({ok: true, value: null});
        for (const path of paths) expect(read(dir, path)).toBe(isOnRecord ? `new ${path}` : 'old');
        expect(readdirSync(incoming)).toEqual([]);
      }
    },
  );

  it('that had not begun leaves no copy either', async () => {
    const {dir, incoming} = collected(PATHS, restoreId('2026-05-01T00:00:00.000Z'));
    expect((await settleSwaps(dir, incoming, none)).ok).toBe(true);
    expect(readdirSync(incoming)).toEqual([]);
  });
});

describe('a process killed while it places outputs', () => {
  const COUNT = 1000;
  const STOPPED_COUNT = 300;
  const outfile = join(process.cwd(), 'dist/tests/placingProcess.cjs');

  beforeAll(() =>
    build({
      entryPoints: [join(import.meta.dirname, 'placingProcess.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      packages: 'external',
      logLevel: 'warning',
    }),
  );

  it.each(everyNth([0, 5, 15, 30], 2))(
    'leaves what gives all the old files back: killed after %i ms',
    async (after) => {
      const paths = Array.from({length: COUNT}, (_, index) => `output/${index}.csv`);
      const {dir, incoming, prefix} = collected(paths);
      // half of them have an earlier file
      for (const [index, path] of paths.entries())
        if (index % 2 === 0) write(dir, path, `old ${path}`);
      await new Promise<void>((resolve) => {
        const child = spawn(process.execPath, [outfile, dir, prefix, String(COUNT)], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), after));
        child.once('close', () => resolve());
      });
      expect((await settleSwaps(dir, incoming, none)).ok).toBe(true);
      const now = readdirSync(join(dir, 'output'));
      expect(now).toHaveLength(COUNT / 2);
      for (const [index, path] of paths.entries()) {
        if (index % 2 === 0) expect(read(dir, path)).toBe(`old ${path}`);
        expect(readFileSync(incomingFile(prefix, path), 'utf8')).toBe(`new ${path}`);
      }
      expect(readdirSync(incoming)).toHaveLength(COUNT);
    },
  );

  it.runIf(process.platform === 'linux').each(everyNth([0, 5, 10, 20], 2))(
    'touches nothing any more where it was only stopped, after %i ms, and wakes once another has the study',
    async (after) => {
      const paths = Array.from({length: STOPPED_COUNT}, (_, index) => `output/${index}.csv`);
      const {dir, incoming, prefix} = collected(paths, 'job', 'stopped');
      for (const path of paths) write(dir, path, `old ${path}`);
      const child = spawn(process.execPath, [outfile, dir, prefix, String(STOPPED_COUNT)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (text: Buffer) => (said += text.toString()));
      const ended = new Promise((resolve) => child.once('close', resolve));
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await delay(after);
      child.kill('SIGSTOP');
      await expect.poll(() => stateOf(child.pid)).toBe('T');
      const mine = await takeIncoming(incoming, 'taking', 'stopped');
      expect((await settleSwaps(dir, mine, none)).ok).toBe(true);
      // the new holder runs the job again and places what that made
      const again = join(mine, 'job');
      for (const path of paths) writeFileSync(incomingFile(again, path), `third ${path}`);
      expect((await placeFiles(dir, again, paths)).ok).toBe(true);
      child.kill('SIGCONT');
      await ended;
      if (!said.includes('placed true')) expect(said).toContain('placed false');
      expect(readdirSync(join(dir, 'output'))).toHaveLength(STOPPED_COUNT);
      for (const path of paths) expect(read(dir, path)).toBe(`third ${path}`);
    },
  );
});
