import {execFile} from 'node:child_process';
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {expect} from 'vitest';
import {runCli, startCli, statesOf, type CliEnd} from '../../cli/runCli';
import {writeStudy} from '../runs/studyFolders';
import {createFaultyDisk, type DiskOrder} from './faultyDisk';

/** Outputs of an action: all of one version, whatever the disk does. */
const PARTS = [1, 2];
const ACTIONS = ['a', 'b'] as const;
/** No run takes longer than that, however the disk fails. */
const LONGEST_MS = 60_000;

/** A study on a disk that is made to fail in the middle of runs, and mended. */
export interface DiskFaults {
  /** Seconds that an undisturbed run takes. */
  readonly seconds: number;
  readonly dir: string;
  order(order: Partial<DiskOrder>): Promise<unknown>;
  /** Runs all anew while `meanwhile` goes on. */
  runWhile(meanwhile: (said: (text: string) => Promise<void>) => Promise<void>): Promise<CliEnd>;
  /**
   * The disk fails so many seconds after a run was started, and is mended once that has ended: nothing is surer than what is
   * known, no output is torn, and a plain run puts all right.
   */
  failAfter(seconds: number, failing: DiskOrder['failing']): Promise<CliEnd>;
  /** Takes the disk out and puts it back, whole, and expects all to be well on it. */
  mend(): Promise<void>;
  remove(): Promise<void>;
}

/** Prepares the study and runs it once, undisturbed. */
export async function createDiskFaults(): Promise<DiskFaults> {
  const disk = await createFaultyDisk(64);
  const dir = join(disk.dir, 'study');
  const project = ['--project-dir', dir];
  const script = (name: string): string =>
    `for n in ${PARTS.join(' ')}; do seq -f "${name}-$(cat analysis/version.txt)-%06g" 3000 > output/${name}-$n.csv; done`;
  const outputs = (name: string) => ({highly_sensitive: [`output/${name}-*.csv`]});
  await writeStudy(dir, {
    a: {script: script('a'), outputs: outputs('a')},
    b: {script: script('b'), needs: ['a'], outputs: outputs('b')},
  });
  // as files that lie there for a while: what was never flushed is lost with the disk
  await promisify(execFile)('sync', ['-f', disk.dir]);
  let version = 0;
  const setVersion = async (): Promise<void> => {
    version += 1;
    await writeFile(join(dir, 'analysis/version.txt'), `v${version}\n`, {flush: true});
  };
  const run = (): ReturnType<typeof startCli> =>
    startCli(['run', 'run_all', '--stale', '--json', ...project]);

  /** Each output whole and of a version that there was; those of what is up to date of the latest. */
  const expectWhole = async (): Promise<void> => {
    const states = await statesOf(dir);
    for (const action of ACTIONS)
      for (const part of PARTS) {
        const lines = (await readFile(join(dir, `output/${action}-${part}.csv`), 'utf8')).split(
          '\n',
        );
        const [of = ''] = /v\d+/u.exec(lines[0] ?? '') ?? [];
        const about = `${action}-${part}.csv, ${String(states[action])}, ${of} of ${version}`;
        expect(lines.at(-2), about).toBe(`${action}-${of}-003000`);
        if (states[action] === 'up-to-date') expect(of, about).toBe(`v${version}`);
      }
  };

  await setVersion();
  const startedAt = performance.now();
  expect(await run().end).toMatchObject({code: 0});
  const faults: DiskFaults = {
    seconds: (performance.now() - startedAt) / 1000,
    ...{dir, order: (order) => disk.order(order)},
    async runWhile(meanwhile) {
      await setVersion();
      const call = run();
      const timer = setTimeout(() => call.child.kill('SIGKILL'), LONGEST_MS);
      const doing = meanwhile((text) => call.saw(text));
      const end = await call.end;
      clearTimeout(timer);
      await doing;
      expect(end.code, 'it hung').not.toBeNull();
      return end;
    },
    async failAfter(seconds, failing) {
      const end = await faults.runWhile(async () => {
        await delay(seconds * 1000);
        await disk.order({failing});
      });
      if (end.code === 0) expect(end.stdout).toContain('"succeeded":true');
      else expect(end.stdout).not.toContain('"succeeded":true,"cancelled"');
      await faults.mend();
      return end;
    },
    async mend() {
      await disk.remount();
      await expectWhole();
      const end = await runCli(['run', 'run_all', '--stale', ...project]);
      expect(end.code, `${end.stdout}${end.stderr}`).toBe(0);
      await expectWhole();
      expect(await statesOf(dir)).toEqual({a: 'up-to-date', b: 'up-to-date'});
      const names = ACTIONS.flatMap((action) => PARTS.map((part) => `${action}-${part}.csv`));
      expect((await readdir(join(dir, 'output'))).sort()).toEqual(names);
      expect(await readdir(join(dir, 'metadata/study-desk'))).not.toContain('incoming');
    },
    remove: () => disk.remove(),
  };
  return faults;
}
