import {tmpdir} from 'node:os';
import {createFakeEngine} from '../fakeEngine';
import {secondsOfRun, withStudy} from './benchStudy';
import {isUnjournalled, withJournalledDisk} from './journalledDisk';
import {writeLargeStudy} from './largeStudy';
import {isSmall, median, sized, type Measurement} from './measurement';

const ROUNDS = sized(5, 1);

/** What a run costs beside its containers, the disk's part included: the real graph of 2,191 actions as no-ops. */
export async function bench(): Promise<readonly Measurement[]> {
  const here = await rounds(tmpdir());
  const memory = {
    name: 'memory of the first such run of a process',
    measured: (here[0]?.peakBytes ?? Number.NaN) / 1e6,
    limit: 200,
    unit: 'MB',
  };
  if (isSmall || !(await isUnjournalled(tmpdir()))) return [overhead(here, 2, ''), memory];
  return [
    overhead(await withJournalledDisk(rounds), 2, ', study on ext4 with a journal'),
    overhead(here, null, ', study on ext4 without a journal'),
    memory,
  ];
}

interface Round {
  readonly msOfAction: number;
  readonly peakBytes: number;
}

function overhead(measured: readonly Round[], limit: number | null, where: string): Measurement {
  return {
    name: `overhead of an action, 2,191 actions on a fake engine${where}`,
    measured: median(measured.map(({msOfAction}) => msOfAction)),
    limit,
    unit: 'ms',
  };
}

/** Runs the study anew a few times, below `parent`, on an engine that takes no time: what is left is ours. */
async function rounds(parent: string): Promise<readonly Round[]> {
  const done: Round[] = [];
  while (done.length < ROUNDS) done.push(await round(parent));
  return done;
}

async function round(parent: string): Promise<Round> {
  const files = new Map<string, Readonly<Record<string, string>>>();
  const docker = createFakeEngine((spec) => ({files: files.get(spec.action) ?? {}}));
  return withStudy(
    writeLargeStudy,
    async (study) => {
      const actions = study.project.snapshot().project?.actions ?? [];
      for (const {name, outputs} of actions)
        files.set(
          name,
          Object.fromEntries(
            outputs.map(({pattern}) => [pattern.replaceAll('*', 'x'), 'count\n10\n']),
          ),
        );
      let peakBytes = 0;
      const watch = setInterval(() => {
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      }, 20);
      const seconds = await secondsOfRun(study);
      clearInterval(watch);
      return {msOfAction: (seconds * 1000) / actions.length, peakBytes};
    },
    {executors: {docker}},
    parent,
  );
}
