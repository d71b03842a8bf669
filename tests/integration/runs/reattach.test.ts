import {createHash} from 'node:crypto';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {isFinal, type Job, type StatusCode} from '../../../shared/job';
import {everyNth} from '../../gateShare';
import {newestEnded} from './newestEnded';
import {bundleCoreProcess, startCoreProcess} from './startCoreProcess';
import {containersWith, writeStudy} from './studyFolders';

const LINES = 2000;
const BYTES = 24 * 1024 ** 2;

/** Prints numbered lines before and after a pause, and writes an output that takes a while to be fetched. */
const SCRIPT = [
  `i=0; while [ $i -lt ${LINES / 2} ]; do i=$((i+1)); echo "line $i"; done`,
  'sleep 1.5',
  `while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "line $i"; done`,
  `yes 0123456789abcdef | head -c ${BYTES} > output/a.csv`,
].join('\n');

const EXPECTED = createHash('sha256')
  .update('0123456789abcdef\n'.repeat(Math.ceil(BYTES / 17)).slice(0, BYTES))
  .digest('hex');

let child: string;

beforeAll(async () => {
  child = await bundleCoreProcess();
});

/** Kills a run with SIGKILL as soon as its job is told to be there; answers the job as it ends after that. */
async function killedAt(phase: StatusCode): Promise<{
  readonly job: Job;
  readonly lines: readonly string[];
  readonly output: string | null;
  readonly left: readonly string[];
}> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-reattach-'));
  const dir = join(root, 'study');
  const cacheDir = join(root, 'cache');
  await writeStudy(dir, {a: {script: SCRIPT}});
  let killed = false;
  await startCoreProcess(child, [dir, cacheDir, 'a'], (said, running) => {
    if (killed || !said.includes(`job a ${phase}\n`)) return;
    killed = true;
    running.kill('SIGKILL');
  });
  expect(killed).toBe(true);
  const core = createCore({cacheDir});
  const opened = await core.openStudy(dir, {watch: true});
  if (!opened.ok) throw new Error(opened.error.message);
  const study = opened.value;
  try {
    const run = await newestEnded(study, 40_000);
    const job = run?.jobs[0];
    if (run === undefined || job === undefined) throw new Error('The run left no record.');
    expect(isFinal(job.statusCode)).toBe(true);
    const log = await study.logs.read({jobId: job.id, fromSeq: 0, limit: LINES * 2});
    return {
      job,
      lines: log.ok ? log.value.lines.map(({text}) => text) : [],
      output: await readFile(join(dir, 'output/a.csv')).then(
        (bytes) => createHash('sha256').update(bytes).digest('hex'),
        () => null,
      ),
      left: await containersWith(`study-desk.run=${run.id}`),
    };
  } finally {
    await study.close();
    await core.close();
    await rm(root, {recursive: true, force: true, maxRetries: 3});
  }
}

describe('a run killed with kill -9', () => {
  it.each(everyNth(['executing', 'executed', 'finalizing', 'finalized'] as const, 2))(
    'is taken up where its container is, and succeeds: killed when %s',
    async (phase) => {
      const {job, lines, output, left} = await killedAt(phase);
      expect(job).toMatchObject({state: 'succeeded', statusCode: 'succeeded', exitCode: 0});
      expect(job.outputs).toEqual([
        {path: 'output/a.csv', tier: 'highly_sensitive', size: BYTES, sha256: EXPECTED},
      ]);
      expect(output).toBe(EXPECTED);
      expect(lines).toEqual(Array.from({length: LINES}, (_, index) => `line ${index + 1}`));
      expect(left).toEqual([]);
    },
  );

  it.each(everyNth(['preparing', 'prepared'] as const, 2))(
    'says that it was cut off where nothing had begun to run, or succeeds: killed when %s',
    async (phase) => {
      const {job, output, left} = await killedAt(phase);
      expect(['cut-off', 'not-started', 'succeeded']).toContain(job.state);
      expect(output).toBe(job.state === 'succeeded' ? EXPECTED : null);
      expect(left).toEqual([]);
    },
  );
});
