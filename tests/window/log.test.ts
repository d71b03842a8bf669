import {describe, expect, it} from 'vitest';
import {openLogWriter} from '../../electron/logs/logWriter';
import {compressLog} from '../../electron/logs/storedLog';
import {attemptLogPath, createRun} from '../../electron/runs/runStore';
import {studyFolder} from '../../electron/runs/studyFolder';
import {newJob} from '../../shared/newJob';
import {DEFAULT_SETTINGS} from '../../shared/settings';
import {nodeOf} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

const LINES = 300_000;
const AT = '2026-04-01T10:00:00.000Z';

/** A study whose last job printed a log of many lines, with a word in every 100,000th of them. */
async function studyWithLog(): Promise<string> {
  const dir = await writeStudy('logged', diamond);
  const {executor, concurrency, memoryBytes, cpus} = DEFAULT_SETTINGS;
  const job = newJob(
    {action: 'make_cohort', reason: 'requested', waitsFor: []},
    {id: 'job1', runId: 'run1', image: 'python:v2', at: AT},
  );
  const record = {
    format: 1,
    id: 'run1',
    startedAt: AT,
    request: {
      actions: ['make_cohort'],
      forceDependencies: false,
      includeStale: false,
      force: [],
      takeOut: [],
    },
    options: {
      executor,
      concurrency,
      limits: {memoryBytes, cpus},
      continueOnError: false,
      letRunningFinish: false,
      debug: false,
      pull: true,
    },
    plan: {jobs: [], skipped: []},
    git: null,
  } as const;
  const journal = await createRun(studyFolder(dir), {
    ...record,
    endedAt: null,
    outcome: null,
    jobs: [job],
  });
  const path = attemptLogPath(journal.dir, job.id);
  const writer = await openLogWriter(
    path,
    () => '2026-04-01T10:00:01.000000000Z',
    () => undefined,
  );
  for (let from = 0; from < LINES; from += 1000) {
    const lines = Array.from({length: 1000}, (_, index) => {
      const seq = from + index;
      return `line ${seq}${seq % 100_000 === 99_999 ? ' with a needle' : ''}\n`;
    });
    await writer.write('stdout', Buffer.from(lines.join('')));
  }
  await writer.end();
  await compressLog(path);
  await journal.finish({
    ...record,
    endedAt: AT,
    outcome: 'failed',
    jobs: [
      {
        ...job,
        state: 'failed',
        statusCode: 'nonzero_exit',
        exitCode: 1,
        startedAt: AT,
        completedAt: AT,
        logFile: 'metadata/make_cohort.log',
      },
    ],
  });
  return dir;
}

describe.skipIf(noWindow)('a long log', () => {
  it('opens at its end, and is searched and read at any line', async () => {
    const {page} = await launchDesk({dir: await studyWithLog()});
    await nodeOf(page, 'make_cohort').click();
    const log = page.getByRole('log');
    await log.getByText(`line ${LINES - 1} with a needle`).waitFor();

    await page.getByRole('button', {name: 'Find in log'}).click();
    const bar = page.getByRole('search', {name: 'Find in logs'});
    await bar.getByRole('searchbox').fill('a NEEDLE');
    await bar.getByText('1 of 3').waitFor();
    await log.getByText('line 99999 with a').waitFor();
    await page.keyboard.press('Enter');
    await bar.getByText('2 of 3').waitFor();
    await log.getByText('line 199999 with a').waitFor();

    await bar.getByRole('button', {name: 'Match case'}).click();
    await bar.getByText('Not found').waitFor();
    await bar.getByRole('button', {name: 'Match case'}).click();
    await bar.getByRole('button', {name: 'Regular expression'}).click();
    await bar.getByRole('searchbox').fill('^line 1\\d9999( |$)');
    await bar.getByText('1 of 10').waitFor();
    expect(await log.getByText('line 109999', {exact: true}).count()).toBe(1);
  });
});
