import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {expect} from 'vitest';
import * as z from 'zod';
import {isFinal} from '../../../shared/job';
import type {RunRecord} from '../../../shared/run';
import type {Study} from '../../../electron/core/study';
import {createCore} from '../../../electron/core/createCore';
import {runToEnd} from './runToEnd';
import {bundleCoreProcess, startCoreProcess} from './startCoreProcess';
import {containersWith, writeStudy} from './studyFolders';

const LINES = 400;
const FILE_LINES = 120_000;

/** Prints numbered lines while it writes an output of a few megabytes that tells its version at both ends. */
function script(name: string): string {
  return [
    `version=$(cat analysis/version.txt)`,
    `out=output/${name}.csv`,
    `echo "begin $version" > $out`,
    `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "line $i"; done`,
    `seq -f "${name}-$version-%012g" ${FILE_LINES} >> $out`,
    `echo "end $version" >> $out`,
  ].join('\n');
}

/** What the output of an action is in a version, as a digest. */
function expected(name: string, version: string): string {
  const hash = createHash('sha256').update(`begin ${version}\n`);
  for (let line = 1; line <= FILE_LINES; line += 1)
    hash.update(`${name}-${version}-${String(line).padStart(12, '0')}\n`);
  return hash.update(`end ${version}\n`).digest('hex');
}

/** A random number generator with a seed (mulberry32), so that a kill point can be tried again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ACTIONS = ['gen', 'left', 'right', 'join'] as const;

/** A study that is run again and again, killed each time, and brought back. */
export interface KillBench {
  /** Seconds that an undisturbed run takes. */
  readonly seconds: number;
  /** Kills a run after so many seconds, opens the study anew, and expects all to be well. */
  killAfter(seconds: number): Promise<RunRecord>;
  close(): Promise<void>;
}

/** Prepares the study and runs it once, undisturbed. */
export async function createKillBench(): Promise<KillBench> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-kill-'));
  const dir = join(root, 'study');
  const cacheDir = join(root, 'cache');
  await writeStudy(dir, {
    gen: {script: script('gen')},
    left: {script: script('left'), needs: ['gen']},
    right: {script: script('right'), needs: ['gen']},
    join: {script: script('join'), needs: ['left', 'right']},
  });
  const child = await bundleCoreProcess();
  let version = 0;
  const digests = new Map<string, string>();

  const setVersion = async (): Promise<string> => {
    version += 1;
    await writeFile(join(dir, 'analysis/version.txt'), `v${version}\n`);
    return `v${version}`;
  };

  const digestOf = async (action: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(join(dir, 'output', `${action}.csv`)))
      .digest('hex');

  await setVersion();
  const core = createCore({cacheDir});
  const first = await core.openStudy(dir, {watch: false});
  if (!first.ok) throw new Error(first.error.message);
  const startedAt = performance.now();
  const undisturbed = await runToEnd(first.value, {actions: [...ACTIONS]});
  const seconds = (performance.now() - startedAt) / 1000;
  expect(undisturbed.outcome).toBe('succeeded');
  await first.value.close();
  await core.close();
  for (const action of ACTIONS) digests.set(action, await digestOf(action));

  const containersOfStudy = async (): Promise<readonly string[]> =>
    containersWith(`study-desk.study=${await studyIdIn(dir)}`);

  /** Starts the run in a process of its own and kills that; what had been told by then is not needed. */
  const killed = (after: number): Promise<string> => {
    let timed = false;
    return startCoreProcess(child, [dir, cacheDir, ...ACTIONS], (said, running) => {
      if (timed || !said.includes('started')) return;
      timed = true;
      setTimeout(() => running.kill('SIGKILL'), after * 1000);
    });
  };

  return {
    seconds,

    async killAfter(after) {
      const current = await setVersion();
      const said = await killed(after);
      expect(said).toContain('started');
      const again = createCore({cacheDir});
      const opened = await again.openStudy(dir, {watch: true});
      if (!opened.ok) throw new Error(opened.error.message);
      const study = opened.value;
      try {
        const record = await newestEnded(study);
        for (const job of record.jobs) {
          expect(isFinal(job.statusCode), `${job.action} ${job.statusCode}`).toBe(true);
          const now = await digestOf(job.action);
          const fresh = expected(job.action, current);
          // whole, old or new, never torn
          expect([digests.get(job.action), fresh]).toContain(now);
          if (job.state === 'succeeded') {
            expect(now).toBe(fresh);
            expect(job.outputs.map(({sha256}) => sha256)).toEqual([fresh]);
            const log = await study.logs.read({jobId: job.id, fromSeq: 0, limit: LINES * 2});
            const texts = log.ok ? log.value.lines.map(({text}) => text) : [];
            expect(texts).toEqual(Array.from({length: LINES}, (_, index) => `line ${index + 1}`));
          } else {
            expect(job.message).toMatch(/Never started|Interrupted|Not started/u);
          }
          digests.set(job.action, now);
        }
        // one that the engine was still making comes after the look for it: it never starts, and the next run removes it
        for (const id of await containersOfStudy()) expect(await stateOf(id)).toBe('created');
        return record;
      } finally {
        await study.close();
        await again.close();
      }
    },

    async close() {
      const last = createCore({cacheDir});
      const opened = await last.openStudy(dir, {watch: false});
      if (opened.ok) await runToEnd(opened.value, {actions: [...ACTIONS]});
      await last.close();
      const left = await containersOfStudy();
      await rm(root, {recursive: true, force: true, maxRetries: 3});
      expect(left).toEqual([]);
    },
  };
}

/** The newest run once nothing of it is under way any more. */
async function newestEnded(study: Study): Promise<RunRecord> {
  for (;;) {
    const runs = await study.runs.list({limit: 1});
    const [newest] = runs.ok ? runs.value : [];
    if (newest !== undefined && newest.endedAt !== null && study.runs.active().length === 0)
      return newest;
    await delay(50);
  }
}

/** What the engine says of a container; `created` as well where it has just gone. */
async function stateOf(id: string): Promise<string> {
  const asked = promisify(execFile)('docker', ['inspect', '-f', '{{.State.Status}}', id]);
  return (await asked.catch(() => ({stdout: 'created'}))).stdout.trim();
}

async function studyIdIn(dir: string): Promise<string> {
  const text = await readFile(join(dir, 'metadata/study-desk/study.json'), 'utf8');
  return z.object({studyId: z.string()}).parse(JSON.parse(text)).studyId;
}
