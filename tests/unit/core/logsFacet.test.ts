import {mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createLogsFacet, type LogsFacet} from '../../../electron/core/logs/logsFacet';
import type {StudyEvent} from '../../../electron/core/studyState';
import {openLogWriter} from '../../../electron/logs/logWriter';
import {createRunHistory} from '../../../electron/runs/runHistory';
import {attemptLogPath, createRun} from '../../../electron/runs/runStore';
import {studyFolder} from '../../../electron/runs/studyFolder';
import {NO_FILTER, type LogFilter, type LogPattern, type LogScope} from '../../../shared/logSearch';
import {someJob, someRun} from '../runs/someJob';

const TIME = '2026-04-01T10:00:00.123000000Z';

let dir: string;
let logs: LogsFacet;
const told: StudyEvent[] = [];

async function run(id: string, texts: Readonly<Record<string, string>>): Promise<void> {
  const jobs = Object.keys(texts).map((action) =>
    someJob(action, {id: `${id}-${action}`, runId: id, startedAt: '2026-04-01T10:00:00.000Z'}),
  );
  const journal = await createRun(
    studyFolder(dir),
    someRun(id, jobs, {endedAt: '2026-04-01T10:00:01.000Z', outcome: 'succeeded'}),
  );
  for (const job of jobs) {
    const path = attemptLogPath(journal.dir, job.id);
    const writer = await openLogWriter(
      path,
      () => TIME,
      () => undefined,
    );
    await writer.write('stdout', Buffer.from(texts[job.action] ?? ''));
    await writer.end();
  }
  await journal.leave();
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'study-desk-facet-'));
  const folder = studyFolder(dir);
  await run('aa', {model: 'fine\nKeyError: age\n', plot: 'fine\n'});
  await run('bb', {model: 'KeyError: sex\n', plot: 'no keyerror here\n'});
  logs = createLogsFacet(
    {folder, history: createRunHistory(), emit: (event) => told.push(event)},
    () => [],
  );
});

afterAll(async () => {
  await logs.close();
  await rm(dir, {recursive: true, force: true});
});

function pattern(text: string, regex = false): LogPattern {
  return {text, caseSensitive: false, wholeWord: false, regex};
}

async function found(
  scope: LogScope,
  wanted: LogPattern,
  filter: LogFilter = NO_FILTER,
): Promise<readonly string[]> {
  told.length = 0;
  const end = await logs.search({searchId: 's', scope, pattern: wanted, filter});
  expect(end).toMatchObject({ok: true, value: {stopped: false}});
  return told.flatMap((event) =>
    event.kind === 'log-found'
      ? event.found.lines.map((seq) => `${event.found.jobId}:${seq} ${event.found.action}`)
      : [],
  );
}

it.each([
  [
    'all runs, the oldest first',
    {kind: 'all'},
    ['aa-model:1 model', 'bb-model:0 model', 'bb-plot:0 plot'],
  ],
  ['the jobs of a run', {kind: 'run', runId: 'bb'}, ['bb-model:0 model', 'bb-plot:0 plot']],
  ['one job', {kind: 'job', jobId: 'aa-model'}, ['aa-model:1 model']],
] as const)('searches %s', async (_, scope, lines) => {
  expect(await found(scope, pattern('keyerror'))).toEqual(lines);
});

it('finds what passes a filter, with a pattern and without', async () => {
  const ofErrors = {...NO_FILTER, level: 'error'} as const;
  expect(await found({kind: 'run', runId: 'aa'}, pattern(''), ofErrors)).toEqual([
    'aa-model:1 model',
  ]);
  expect(await found({kind: 'all'}, pattern('sex'), ofErrors)).toEqual(['bb-model:0 model']);
  expect(await found({kind: 'all'}, pattern('sex'), {...NO_FILTER, stream: 'stderr'})).toEqual([]);
  expect(
    await logs.search({
      searchId: 's',
      scope: {kind: 'all'},
      pattern: pattern(''),
      filter: NO_FILTER,
    }),
  ).toMatchObject({ok: false});
});

it('says what is no regular expression, and searches nothing then', async () => {
  told.length = 0;
  expect(
    await logs.search({
      searchId: 's',
      scope: {kind: 'all'},
      pattern: pattern('(', true),
      filter: NO_FILTER,
    }),
  ).toMatchObject({ok: false});
  expect(told).toEqual([]);
});

it('reads the lines that a search found', async () => {
  expect(await logs.read({jobId: 'aa-model', fromSeq: 1, limit: 1})).toMatchObject({
    value: {firstSeq: 1, totalLines: 2, lines: [{text: 'KeyError: age'}]},
  });
});

it('puts one copy of a log where an editor can open it', async () => {
  const copy = await logs.copyForEditor('aa-model');
  expect(copy.ok && (await readFile(copy.value, 'utf8'))).toBe(
    `${TIME} fine\n${TIME} KeyError: age\n`,
  );
  const next = await logs.copyForEditor('bb-model');
  expect(next).toEqual(copy);
  expect(next.ok && (await readFile(next.value, 'utf8'))).toBe(`${TIME} KeyError: sex\n`);
  expect(await logs.copyForEditor('nothing')).toMatchObject({ok: false});
});

describe('a log of opensafely run', () => {
  const ID = 'xyz23';
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(join(dir, 'metadata'), {recursive: true});
    await writeFile(join(dir, 'metadata', name), text);
  };
  const trailer = (id: string): string =>
    `\n\njob_definition_id: ${id}\nexit_code: 1\ncreated_at: 1775037600\nstatus_message: Job exited with an error\n\noutputs:\n  (no outputs)\n`;

  it('is told with what stands at its end, read and searched in its place among the others', async () => {
    await put('cohort.log', `${TIME} reading\n${TIME} KeyError: bmi\n${trailer(ID)}`);
    expect(await logs.file({action: 'cohort'})).toMatchObject({
      value: {
        jobId: ID,
        action: 'cohort',
        path: 'metadata/cohort.log',
        exitCode: 1,
        message: 'Job exited with an error',
        outputs: [],
      },
    });
    expect(await logs.read({jobId: ID, fromSeq: 1, limit: 10})).toMatchObject({
      value: {totalLines: 2, lines: [{time: TIME, text: 'KeyError: bmi'}]},
    });
    expect(await found({kind: 'all'}, pattern('keyerror'))).toContain(`${ID}:1 cohort`);
    expect(await found({kind: 'job', jobId: ID}, pattern('keyerror'))).toEqual([`${ID}:1 cohort`]);
    expect(await found({kind: 'run', runId: 'aa'}, pattern('keyerror'))).toEqual([
      'aa-model:1 model',
    ]);
    // another job has written the file since
    await put('cohort.log', `${TIME} all is well\n${trailer('other1')}`);
    expect(await logs.read({jobId: ID, fromSeq: 0, limit: 10})).toMatchObject({
      error: {kind: 'not-found'},
    });
  });

  it('is no file of a job whose log is kept, and no link', async () => {
    await put('model.log', `${TIME} KeyError: sex\n${trailer('bb-model')}`);
    expect(await logs.file({action: 'model'})).toEqual({ok: true, value: null});
    await symlink(join(dir, 'metadata/model.log'), join(dir, 'metadata/linked.log'));
    expect(await logs.file({action: 'linked'})).toEqual({ok: true, value: null});
    expect(await logs.file({action: '../model'})).toEqual({ok: true, value: null});
  });
});
