import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {firstOf} from '../../gateShare';
import {newestEnded} from './newestEnded';
import {runToEnd} from './runToEnd';
import {bundleCoreProcess, startCoreProcess} from './startCoreProcess';
import {openTestStudy, removeContainersOf, writeStudy, type TestStudy} from './studyFolders';

const run = promisify(execFile);

const open: TestStudy[] = [];
const mounted: string[] = [];

afterEach(async () => {
  for (const dir of mounted.splice(0)) await run('umount', ['--lazy', dir]);
  for (const opened of open.splice(0)) await opened.close();
});

/** A study with two outputs that hold what analysis/version.txt says, so many kilobytes each. */
async function study(): Promise<TestStudy> {
  const opened = await openTestStudy({
    a: {
      script: `for f in a b; do yes $(cat analysis/version.txt) | head -c $(cat analysis/bytes.txt) > output/$f.csv; done`,
      outputs: {highly_sensitive: ['output/a.csv', 'output/b.csv']},
    },
  });
  open.push(opened);
  await setVersion(opened.dir, '1', 100);
  return opened;
}

async function setVersion(dir: string, version: string, bytes: number): Promise<void> {
  await writeFile(join(dir, 'analysis/version.txt'), version);
  await writeFile(join(dir, 'analysis/bytes.txt'), String(bytes));
}

async function firstLetters(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(folder)).sort())
    found[name] = (await readFile(join(folder, name), 'utf8')).slice(0, 1);
  return found;
}

describe('a job whose outputs cannot all be put in their places', () => {
  it('leaves the earlier ones where a folder is in the way, and keeps the new ones', async () => {
    const {study: opened, dir} = await study();
    expect((await runToEnd(opened, {actions: ['a']})).outcome).toBe('succeeded');
    await rm(join(dir, 'output/b.csv'));
    await mkdir(join(dir, 'output/b.csv'));
    await setVersion(dir, '2', 100);
    const {jobs} = await runToEnd(opened, {actions: ['a'], force: ['a']});
    expect(jobs[0]).toMatchObject({statusCode: 'internal_error', outputs: []});
    expect(jobs[0]?.message).toContain('"output/b.csv" could not be saved in the study.');
    expect(await readFile(join(dir, 'output/a.csv'), 'utf8')).toMatch(/^1/u);
    const kept = jobs[0]?.keptFiles ?? '';
    expect(await firstLetters(join(dir, kept, 'output'))).toEqual({'a.csv': '2', 'b.csv': '2'});
    expect(await readFile(join(dir, 'metadata/a.log'), 'utf8')).toContain(`kept_files: ${kept}`);
  });

  it('leaves the earlier ones where the disk of the outputs is full, and works there otherwise', async () => {
    const {study: opened, dir, root} = await study();
    const disk = join(root, 'disk');
    await mkdir(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    mounted.push(disk);
    await symlink(disk, join(dir, 'output'));
    for (const version of ['1', '2']) {
      await setVersion(dir, version, 100_000);
      const {jobs} = await runToEnd(opened, {actions: ['a'], force: ['a']});
      expect(jobs[0]?.message).toBe('Completed successfully');
      expect(await firstLetters(disk)).toEqual({'a.csv': version, 'b.csv': version});
    }
    await setVersion(dir, '3', 700_000);
    const {jobs} = await runToEnd(opened, {actions: ['a'], force: ['a']});
    expect(jobs[0]).toMatchObject({statusCode: 'internal_error', outputs: []});
    expect(`${jobs[0]?.message} ${jobs[0]?.hint}`).toMatch(/disk is full/u);
    expect(await firstLetters(disk)).toEqual({'a.csv': '2', 'b.csv': '2'});
    const kept = join(dir, jobs[0]?.keptFiles ?? '', 'output');
    expect(await firstLetters(kept)).toEqual({'a.csv': '3', 'b.csv': '3'});
  });
});

describe('a run killed while outputs are put in their places', () => {
  // so many that the kills below come while they are put in their places
  const COUNT = 1000;
  let child: string;

  beforeAll(async () => {
    child = await bundleCoreProcess();
  });

  const kills = [
    [10, true],
    [0, true],
    [0, false],
    [5, false],
    [20, false],
  ] as const;
  it.each(firstOf(kills, 1))(
    'leaves all the old ones or all the new: killed %i ms after they came, container left: %s',
    async (after, containerLeft) => {
      const root = await mkdtemp(join(tmpdir(), 'study-desk-placing-'));
      const dir = join(root, 'study');
      const cacheDir = join(root, 'cache');
      await writeStudy(dir, {
        a: {
          script: `cd output; yes new | head -n ${COUNT} | split -l 1 -a 5 --additional-suffix=.csv - part-`,
          outputs: {highly_sensitive: ["'output/part-*.csv'"]},
        },
      });
      let killed = false;
      const told = await startCoreProcess(child, [dir, cacheDir, 'a'], (said, running) => {
        if (killed || !said.includes('job a finalized\n')) return;
        killed = true;
        setTimeout(() => running.kill('SIGKILL'), after);
      });
      expect(killed, told).toBe(true);
      if (!containerLeft) await removeContainersOf(dir);
      const core = createCore({cacheDir});
      const opened = await core.openStudy(dir, {watch: true});
      if (!opened.ok) throw new Error(opened.error.message);
      try {
        const job = (await newestEnded(opened.value, 60_000))?.jobs[0];
        const names = await readdir(join(dir, 'output')).catch(() => []);
        expect(names).toHaveLength(job?.state === 'succeeded' ? COUNT : 0);
        if (containerLeft) expect(job?.state).toBe('succeeded');
        expect(await readdir(join(dir, 'metadata/study-desk'))).not.toContain('incoming');
      } finally {
        await opened.value.close();
        await core.close();
        await rm(root, {recursive: true, force: true, maxRetries: 3});
      }
    },
  );
});
