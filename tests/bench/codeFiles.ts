import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createSecondEngine} from '../integration/runs/secondEngine';
import {action, bareRuns, IMAGE, secondsOfRun, withStudy, writeActions} from './benchStudy';
import {isUnjournalled, withJournalledDisk} from './journalledDisk';
import {isSmall, median, mustRun, sized, type Measurement} from './measurement';

const ROUNDS = sized(5, 1);

/** What code that does not change costs each action. */
export async function bench(): Promise<readonly Measurement[]> {
  const dataDir = (await mustRun('docker', ['info', '--format', '{{.DockerRootDir}}'])).trim();
  const unjournalled = await isUnjournalled(dataDir);
  const small = await codeFiles(sized(1000, 20), 200);
  const large = await codeFiles(20, sized(10_000_000, 10_000));
  if (!unjournalled || isSmall)
    return [
      {...small, limit: 0.1},
      {...large, limit: 0.8},
    ];
  const onJournal = await withJournalledEngine(() => codeFiles(1000, 200));
  return [
    {...onJournal, name: `${onJournal.name}, engine on ext4 with a journal`, limit: 0.1},
    {...small, name: `${small.name}, engine on ext4 without a journal`, limit: null},
    {...large, limit: 0.8},
  ];
}

/** A chain of three actions over code that does not change: seconds an action above the floor. */
async function codeFiles(count: number, bytes: number): Promise<Measurement> {
  return withStudy(
    async (dir) => {
      for (let file = 0; file < count; file += 1)
        await writeFile(join(dir, 'analysis', `code_${file}.txt`), Buffer.alloc(bytes, file));
      const copy = (from: string, to: string, needs: readonly string[]) =>
        action(to, `cp ${from} ${to}.csv`, `${to}.csv`, needs);
      await writeActions(dir, [
        copy('analysis/code_0.txt', 'first', []),
        copy('first.csv', 'second', ['first']),
        copy('second.csv', 'third', ['second']),
      ]);
    },
    async (study) => {
      await secondsOfRun(study);
      const above: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const floor = await bareRuns(3, 1);
        above.push(((await secondsOfRun(study)) - floor) / 3);
      }
      return {
        name: `an action above bare docker run, with ${count} code files of ${bytes} bytes`,
        measured: median(above),
        limit: null,
        unit: 's',
      };
    },
  );
}

/** Does something with an engine that keeps its data on ext4 with a journal. */
async function withJournalledEngine<T>(work: () => Promise<T>): Promise<T> {
  return withJournalledDisk(async (dir) => {
    const engine = createSecondEngine(dir);
    const before = process.env['DOCKER_HOST'];
    try {
      await engine.start();
      await engine.copyImage(IMAGE);
      process.env['DOCKER_HOST'] = engine.host;
      return await work();
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
      await engine.stop();
    }
  });
}
