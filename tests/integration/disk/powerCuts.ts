import {mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect} from 'vitest';
import {runCli, startCli} from '../../cli/runCli';
import {studyFiles, type ShellAction} from '../runs/studyFolders';
import {createFaultyDisk, writeCut, type DiskStep, type FaultyDisk} from './faultyDisk';

/** Outputs of each action: all of one version, or those of the one before. */
const PARTS = [1, 2, 3];
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  gen: [],
  left: ['gen'],
  right: ['gen'],
  join: ['left', 'right'],
};
const ACTIONS = Object.keys(NEEDS);
/** Lines of each output: with fewer it would be one block. */
const LINES = 3000;

/** A run whose every write to the disk was noted, to be cut anywhere. */
export interface PowerCuts {
  /** Writes and flushes that were noted. */
  readonly steps: number;
  /** How many had been noted when each action's success was printed. */
  readonly told: ReadonlyMap<string, number>;
  /**
   * Cuts the power after so many steps, mounts what the disk holds then, and expects all to be well there; with
   * `runAgain` also that a plain run brings everything up to date.
   */
  cutAt(position: number, random: () => number, runAgain: boolean): Promise<void>;
  remove(): Promise<void>;
}

/** Runs a study on a disk of its own, of version 1 and then, noted, of version 2. */
export async function createPowerCuts(): Promise<PowerCuts> {
  const disk = await createFaultyDisk(64);
  try {
    const dir = join(disk.dir, 'study');
    await writeVersion(dir, 'v1');
    expect(await runCli(['run', 'run_all', '--project-dir', dir])).toMatchObject({code: 0});
    await writeVersion(dir, 'v2');
    await disk.prepareNoting();
    const told = await runNoted(disk, dir);
    const {steps} = await disk.order({noting: false});
    return {
      steps: steps.length,
      told,
      cutAt: (position, random, runAgain) =>
        cutAt({disk, dir, steps, told, position, random, runAgain}),
      remove: () => disk.remove(),
    };
  } catch (error) {
    await disk.remove();
    throw error;
  }
}

async function writeVersion(dir: string, version: string): Promise<void> {
  const actions = ACTIONS.map((name): readonly [string, ShellAction] => [
    name,
    {
      script: `for n in ${PARTS.join(' ')}; do seq -f "${name}-$(cat analysis/version.txt)-%06g" ${LINES} > output/${name}-$n.csv; done`,
      needs: NEEDS[name] ?? [],
      outputs: {highly_sensitive: [`output/${name}-*.csv`]},
    },
  ]);
  const files = studyFiles(Object.fromEntries(actions));
  for (const [path, text] of Object.entries({...files, 'analysis/version.txt': `${version}\n`})) {
    await mkdir(join(dir, path, '..'), {recursive: true});
    await writeFile(join(dir, path), text);
  }
}

/** Runs everything, and asks the disk how far it is at each success that is printed. */
async function runNoted(disk: FaultyDisk, dir: string): Promise<ReadonlyMap<string, number>> {
  const told = new Map<string, number>();
  const asked: Promise<void>[] = [];
  const call = startCli(['run', 'run_all', '--stale', '--json', '--project-dir', dir]);
  let text = '';
  call.child.stdout?.on('data', (more: string) => {
    text += more;
    for (const action of ACTIONS) {
      if (told.has(action) || !text.includes(`"job":{"action":"${action}","state":"succeeded"`))
        continue;
      told.set(action, Infinity);
      asked.push(disk.order({}).then(({position}) => void told.set(action, position)));
    }
  });
  expect(await call.end).toMatchObject({code: 0});
  await Promise.all(asked);
  expect([...told.keys()].sort()).toEqual([...ACTIONS].sort());
  return told;
}

interface Cut {
  readonly disk: FaultyDisk;
  readonly dir: string;
  readonly steps: readonly DiskStep[];
  readonly told: ReadonlyMap<string, number>;
  readonly position: number;
  readonly random: () => number;
  readonly runAgain: boolean;
}

async function cutAt({disk, dir, steps, told, position, random, runAgain}: Cut): Promise<void> {
  const image = join(disk.dir, '../cut');
  // from nothing of what was not flushed to nearly all of it
  const share = random();
  await writeCut(disk, image, steps, position, () => random() < share);
  await disk.mountImage(image);
  try {
    const states = await statesIn(dir);
    for (const action of ACTIONS) {
      const versions = await versionsOf(dir, action);
      const isTold = (told.get(action) ?? Infinity) <= position;
      const about = `${action} after step ${position} of ${steps.length}: ${String(states[action])}, ${versions.join(' ')}`;
      if (isTold) expect(states[action], about).toBe('up-to-date');
      // never torn, and called up to date only where all of it is new
      for (const version of versions) expect(['v1', 'v2'], about).toContain(version);
      if (states[action] === 'up-to-date')
        expect(new Set(versions), about).toEqual(new Set(['v2']));
    }
    if (runAgain) await expectRunnable(dir);
  } finally {
    await disk.unmount();
    await rm(image, {force: true});
  }
}

const TORN_LEDGER =
  /^`metadata\/study-desk\/provenance\/successes.jsonl` is damaged, so .* is not known\.\n/u;

async function statesIn(dir: string): Promise<Readonly<Record<string, unknown>>> {
  const end = await runCli(['status', '--json', '--project-dir', dir]);
  // a success whose line was not whole yet had not been printed either
  expect(end.stderr.replace(TORN_LEDGER, '')).toBe('');
  return Object.fromEntries(end.json().map(({action, state}) => [String(action), state]));
}

/** A plain run, once, brings all up to date and leaves nothing beside the outputs. */
async function expectRunnable(dir: string): Promise<void> {
  const end = await runCli(['run', 'run_all', '--stale', '--project-dir', dir]);
  expect(end.code, `${end.stdout}${end.stderr}`).toBe(0);
  for (const action of ACTIONS)
    expect(new Set(await versionsOf(dir, action))).toEqual(new Set(['v2']));
  const names = ACTIONS.flatMap((action) => PARTS.map((part) => `${action}-${part}.csv`));
  expect((await readdir(join(dir, 'output'))).sort()).toEqual(names.sort());
  const incoming = join(dir, 'metadata/study-desk/incoming');
  expect(await readdir(incoming).catch(() => [])).toEqual([]);
  expect(Object.values(await statesIn(dir))).toEqual(ACTIONS.map(() => 'up-to-date'));
}

/** What each output of an action holds: a version, or that it is torn. */
async function versionsOf(dir: string, action: string): Promise<readonly string[]> {
  return Promise.all(
    PARTS.map(async (part) => {
      const text = await readFile(join(dir, 'output', `${action}-${part}.csv`), 'utf8').catch(
        String,
      );
      for (const version of ['v1', 'v2']) if (text === contentOf(action, version)) return version;
      return `torn: ${text.slice(0, 80)}`;
    }),
  );
}

function contentOf(action: string, version: string): string {
  return Array.from(
    {length: LINES},
    (_, index) => `${action}-${version}-${String(index + 1).padStart(6, '0')}\n`,
  ).join('');
}
