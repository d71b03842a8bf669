import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect} from 'vitest';
import * as z from 'zod';
import {runCli, startCli, type CliEnd} from '../../cli/runCli';
import {bundleOf} from './startCoreProcess';
import {containersWith, writeStudy} from './studyFolders';
import {FAULT_VARIABLE, type WriteFault} from './writeFaults';

/** What happens at one write of a run. */
export type FaultKind = Exclude<WriteFault['kind'], 'count'>;
export const FAULT_KINDS: readonly FaultKind[] = ['kill', 'tear', 'fail', 'full'];

/** Files that `many` makes beside its table. */
const PARTS = 12;
/** Nothing of a run may take longer, even on a busy computer; what does hangs. */
const LONGEST_MS = 120_000;

const MANY = [
  'version=$(cat analysis/version.txt)',
  'mkdir -p output/parts',
  `for part in $(seq ${PARTS}); do echo "part $part $version" > output/parts/$part.txt; done`,
  'echo "many $version" > output/many.csv',
].join('\n');
const ONE = 'echo "one $(cat analysis/version.txt) $(head -1 output/many.csv)" > output/one.csv';

/** A study of two actions whose runs meet faults at their writes, and are done anew by the same command. */
export interface FaultBench {
  /**
   * Carries a run out with a fault at a write that `random` (0 to 1) picks, and expects all to be well after it. Answers
   * whether the run came to that write.
   */
  tryFault(kind: FaultKind, random: () => number): Promise<boolean>;
  close(): Promise<void>;
}

/** Makes the study and counts the writes of an undisturbed run. */
export async function createFaultBench(): Promise<FaultBench> {
  const preload = await bundleOf('writeFaults');
  const root = await mkdtemp(join(tmpdir(), 'study-desk-faults-'));
  const dir = join(root, 'study');
  await writeStudy(dir, {
    many: {
      script: MANY,
      outputs: {highly_sensitive: ['output/many.csv', 'output/parts/*.txt']},
    },
    one: {script: ONE, needs: ['many']},
  });
  const command = ['run', '--stale', 'run_all', '--json', '--project-dir', dir];
  let version = 0;
  const setVersion = (): Promise<void> => {
    version += 1;
    return writeFile(join(dir, 'analysis/version.txt'), `v${version}\n`);
  };

  const metFile = join(root, 'count.met');
  /** The command with a fault at a write; null where it had to be ended. */
  const faulty = async (
    fault: Pick<WriteFault, 'kind' | 'of' | 'at'>,
  ): Promise<{readonly end: CliEnd; readonly signal: string | null} | null> => {
    const whole: WriteFault = {...fault, folder: dir, countFile: join(root, 'count')};
    await rm(metFile, {force: true});
    const call = startCli(command, {
      env: {[FAULT_VARIABLE]: JSON.stringify(whole), NODE_OPTIONS: `--require=${preload}`},
    });
    const end = await Promise.race([call.end, delay(LONGEST_MS, null, {ref: false})]);
    if (end === null) call.child.kill('SIGKILL');
    return end === null ? null : {end, signal: call.child.signalCode};
  };

  const expectWell = (end: CliEnd): void =>
    expect([end.code, end.json().at(-1)], `${end.stdout}${end.stderr}`).toMatchObject([
      0,
      {event: 'finished', succeeded: true, error: null},
    ]);

  const counted = async (of: WriteFault['of']): Promise<number> =>
    Number(readFileSync(join(root, `count.${of}`), 'utf8'));

  await setVersion();
  expectWell(await runCli(command));
  await setVersion();
  const undisturbed = await faulty({kind: 'count', of: 'main', at: 0});
  if (undisturbed === null) throw new Error('The undisturbed run did not end.');
  expectWell(undisturbed.end);
  const calls = {main: await counted('main'), worker: await counted('worker')};

  /** Versions that the outputs are of, of each action; more than one is a mixture. */
  const versionsOf = (): Readonly<Record<string, readonly string[]>> => {
    const read = (path: string): string =>
      /v\d+/u.exec(readFileSync(join(dir, 'output', path), 'utf8'))?.[0] ?? 'none';
    const parts = readdirSync(join(dir, 'output/parts')).map((name) => read(`parts/${name}`));
    return {many: [...new Set([read('many.csv'), ...parts])], one: [read('one.csv')]};
  };

  const FILES = ['many.csv', 'one.csv', 'parts'];
  const PART_FILES = Array.from({length: PARTS}, (_, index) => `${index + 1}.txt`).sort();
  const expectAlone = (): void => {
    expect(readdirSync(join(dir, 'output')).sort()).toEqual(FILES);
    expect(readdirSync(join(dir, 'output/parts')).sort()).toEqual(PART_FILES);
    expect(readdirSync(dir).sort()).toEqual(['analysis', 'metadata', 'output', 'project.yaml']);
    for (const name of ['lock.json', 'incoming'])
      expect(existsSync(join(dir, 'metadata/study-desk', name)), name).toBe(false);
  };

  const containers = (): Promise<readonly string[]> => {
    const text = readFileSync(join(dir, 'metadata/study-desk/study.json'), 'utf8');
    const {studyId} = z.object({studyId: z.string()}).parse(JSON.parse(text));
    return containersWith(`study-desk.study=${studyId}`);
  };

  /** What is said to be up to date was made from what is there now. */
  const expectNoSurerThanKnown = async (): Promise<void> => {
    const told = await runCli(['status', '--json', '--project-dir', dir]);
    expect(told.code, told.stderr).toBe(0);
    const versions = versionsOf();
    for (const {action, state} of told.json())
      if (state === 'up-to-date')
        expect(versions[String(action)], `${String(action)} is said to be up to date`).toEqual([
          `v${version}`,
        ]);
  };

  return {
    async tryFault(kind, random) {
      await setVersion();
      // most writes are those of the main thread, and as many faults shall meet the records of the other
      const of = random() < 0.7 ? 'main' : 'worker';
      const at = 1 + Math.floor(random() * calls[of]);
      const point = `${kind} at write ${at} of ${calls[of]} of ${of}, version ${version}`;
      const met = await faulty({kind, of, at});
      if (met === null) throw new Error(`The run hangs: ${point}`);
      const isKill = kind === 'kill' || kind === 'tear';
      try {
        // a run writes now a little more, now a little less
        if (isKill && met.signal !== 'SIGKILL') expectWell(met.end);
        if (!isKill) {
          expect(met.end.code, `${met.end.stdout}${met.end.stderr}`).toBeOneOf([0, 1]);
          expect(met.end.json().at(-1)).toMatchObject({event: 'finished'});
          for (const [action, found] of Object.entries(versionsOf()))
            expect(found, action).toHaveLength(1);
        }
        await expectNoSurerThanKnown();
        expectWell(await runCli(command));
        expect(versionsOf()).toEqual({many: [`v${version}`], one: [`v${version}`]});
        expectAlone();
        expect(await containers()).toEqual([]);
        await expectNoSurerThanKnown();
        return isKill ? met.signal === 'SIGKILL' : existsSync(metFile);
      } catch (error) {
        throw new Error(`After ${point}: ${error instanceof Error ? error.message : ''}`, {
          cause: error,
        });
      }
    },
    async close() {
      const left = await containers();
      if (left.length > 0) execFileSync('docker', ['rm', '--force', ...left]);
      await rm(root, {recursive: true, force: true, maxRetries: 3});
    },
  };
}
