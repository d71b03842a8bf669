import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {expect} from 'vitest';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {isFinal, type Job} from '../../../shared/job';
import type {RunEvent} from '../../../shared/run';
import {runToEnd} from './runToEnd';
import type {SecondEngine} from './secondEngine';
import {openTestStudy} from './studyFolders';

const run = promisify(execFile);

const LINES = 300;
const BYTES = 4 * 1024 ** 2;

/** Prints numbered lines, with a pause amid them, and writes an output of some megabytes. */
const script = (name: string, pause: number): string =>
  [
    `i=0; while [ $i -lt ${LINES / 2} ]; do i=$((i+1)); echo "line $i"; done`,
    `sleep ${pause}`,
    `while [ $i -lt ${LINES} ]; do i=$((i+1)); echo "line $i"; done`,
    `yes ${name} | head -c ${BYTES} > output/${name}.csv`,
  ].join('\n');

const ALL_LINES = Array.from({length: LINES}, (_, index) => `line ${index + 1}`);

/** The digest of an action's whole output. */
function wholeOf(name: string): string {
  const line = `${name}\n`;
  const text = line.repeat(Math.ceil(BYTES / line.length)).slice(0, BYTES);
  return createHash('sha256').update(text).digest('hex');
}

/** When an engine is killed: so long after the first event that is like this. */
export interface EngineKill {
  readonly at: (event: RunEvent) => boolean;
  readonly afterMs: number;
  /** Leave the containers, to compare their logs. */
  readonly debug: boolean;
  /** Seconds that each command pauses, 0.7 unless told. */
  readonly pause?: number;
}

/** The first moment at which a job is told to be in a state. */
export function atState(action: string, statusCode: Job['statusCode']): EngineKill['at'] {
  return (event) =>
    event.event === 'job' && event.job.action === action && event.job.statusCode === statusCode;
}

/**
 * Runs two actions, one after the other, kills the engine on the way and starts it again; expects that everything has
 * come to an end of which each part is true. Answers the jobs.
 */
export async function runOverKill(
  engine: SecondEngine,
  {at, afterMs, debug, pause = 0.7}: EngineKill,
): Promise<readonly Job[]> {
  const opened = await openTestStudy(
    {a: {script: script('a', pause)}, b: {script: script('b', pause), needs: ['a']}},
    {
      registry: 'study-desk-test',
      executors: {docker: createDockerEngine({host: engine.host})},
    },
  );
  const kills: Promise<void>[] = [];
  try {
    const {jobs} = await runToEnd(opened.study, {actions: ['a', 'b']}, {debug}, (event) => {
      if (kills.length > 0 || !at(event)) return;
      kills.push(
        delay(afterMs)
          .then(() => engine.kill())
          .then(() => engine.start()),
      );
    });
    expect(kills, jobs.map(({message}) => message).join()).toHaveLength(1);
    await Promise.all(kills);
    for (const job of jobs) {
      expect(isFinal(job.statusCode), `${job.action} ${job.statusCode}`).toBe(true);
      const log = await opened.study.logs.read({jobId: job.id, fromSeq: 0, limit: 2 * LINES});
      const lines = log.ok ? log.value.lines.map(({text}) => text) : [];
      expect(lines).toEqual(ALL_LINES.slice(0, lines.length));
      if (job.state === 'succeeded') {
        const output = await readFile(join(opened.dir, `output/${job.action}.csv`));
        expect(createHash('sha256').update(output).digest('hex')).toBe(wholeOf(job.action));
      } else if (job.state !== 'blocked')
        expect(job.message).toMatch(/engine|gone from the container engine/u);
      if (debug && job.state !== 'blocked') {
        const kept = await run('docker', ['-H', engine.host, 'logs', `os-job-${job.id}`]).catch(
          () => null,
        );
        // one that is gone can't be asked, and what was printed while it was away the engine may have lost
        if (kept !== null) expect(lines).toEqual(kept.stdout.split('\n').slice(0, -1));
      }
    }
    const left = await engine.containers();
    if (!debug) expect(left).toEqual([]);
    else if (left.length > 0) await run('docker', ['-H', engine.host, 'rm', '-f', ...left]);
    return jobs;
  } finally {
    await opened.close();
  }
}
