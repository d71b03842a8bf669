import {appendFile, readdir, readFile, rm, truncate} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {backOffSeconds} from '../../../electron/serve/requests/pollLoop';
import {createSecrets} from '../../../electron/serve/rules/secrets';
import {requestedBy, flagHeaders, readFlags, setFlag} from '../../../electron/serve/state/flags';
import {createJournalReader} from '../../../electron/serve/state/journal';
import {journalFile, ServeState} from '../../../electron/serve/state/serveState';
import {
  makeJobFolder,
  recordedJobs,
  writeJobRecord,
} from '../../../electron/serve/storage/jobRecord';
import {servedJob, servedRequest} from './served';
import {folderOfTest} from '../../temporary';

let dir: string;
beforeEach(() => {
  dir = folderOfTest();
});

const load = (now = 1000): Promise<ServeState> => ServeState.load(dir, join(dir, 'high'), now);

describe('the state of a runner', () => {
  it('is what it was after a restart, at every length that a kill may leave of its journal', async () => {
    const state = await load();
    await state.commit({
      request: servedRequest(),
      jobs: [servedJob({action: 'a'}), servedJob({action: 'b'})],
    });
    const a = servedJob({action: 'a', state: 'running', code: 'executing'});
    await state.commit({jobs: [a]});
    await state.commit({jobs: [{...a, state: 'succeeded', code: 'succeeded'}]});
    await state.close();
    const file = journalFile(dir);
    const whole = await readFile(file);
    const seen = new Set<string>();
    for (let length = whole.length; length >= 0; length -= 37) {
      await truncate(file, length);
      const again = await load();
      // a request and its jobs come together, or not at all
      expect([0, 2]).toContain(again.jobsOf('jr1').length);
      expect(again.request('jr1') === null).toBe(again.jobsOf('jr1').length === 0);
      seen.add(again.jobsOf('jr1')[0]?.state ?? 'none');
      await again.close();
      await rm(file);
      await appendFile(file, whole);
    }
    expect([...seen]).toEqual(['succeeded', 'running', 'pending', 'none']);
  });

  it('passes over lines that cannot be read, and says how many', async () => {
    const state = await load();
    await state.commit({request: servedRequest(), jobs: [servedJob()]});
    await state.close();
    await appendFile(journalFile(dir), 'not JSON\n{"jobs":[{"id":3}]}\n{"requ');
    const again = await load();
    expect(again.unreadable).toBe(3);
    expect(again.jobsOf('jr1')).toHaveLength(1);
    await again.close();
  });

  it('is looked at again and again without reading an unchanged journal anew', async () => {
    const read = createJournalReader();
    expect(await read(journalFile(dir))).toBeNull();
    const state = await load();
    await state.commit({request: servedRequest(), jobs: [servedJob()]});
    const first = await read(journalFile(dir));
    expect([...(first?.jobs.values() ?? [])]).toEqual([servedJob()]);
    expect(await read(journalFile(dir))).toBe(first);
    await state.commit({jobs: [servedJob({state: 'running', code: 'executing'})]});
    const second = await read(journalFile(dir));
    expect([...(second?.jobs.values() ?? [])].map((job) => job.state)).toEqual(['running']);
    await state.tidy(0);
    expect(await read(journalFile(dir))).not.toBe(second);
    await state.close();
  });

  it('is made of what is on record in the HIGH tree where it is lost', async () => {
    const high = join(dir, 'high');
    const done = servedJob({action: 'a', state: 'succeeded', code: 'succeeded', createdAt: 5});
    const secrets = createSecrets(['hidden-value']);
    await makeJobFolder(high, done);
    await writeJobRecord(
      high,
      done,
      servedRequest(),
      {image: 'i', args: ['x'], env: {DATABASE_URL: 'hidden-value', PATH: '/bin', OTHER: 'thing'}},
      secrets,
    );
    const [month = ''] = await readdir(join(high, 'logs'));
    const text = await readFile(
      join(high, 'logs', month, `os-job-${done.id}`, 'metadata.json'),
      'utf8',
    );
    expect(month).toBe('1970-01');
    expect(text).not.toMatch(/hidden-value|"thing"/);
    expect(text).toContain('"/bin"');
    expect((await recordedJobs(high)).get(done.id)).toEqual(done);
    const state = await load();
    expect(state.rebuilt).toBe(true);
    expect(state.jobsOf('jr1')).toEqual([done]);
    await state.close();
  });

  it('knows an action by its latest job that ran', async () => {
    const state = await load();
    const job = (requestId: string, parts: object = {}) =>
      servedJob({requestId, state: 'succeeded', code: 'succeeded', ...parts});
    await state.commit({
      jobs: [
        job('r1'),
        job('r2', {state: 'failed', code: 'dependency_failed'}),
        job('r3', {cancelled: true}),
        job('r4', {runs: false}),
        job('r5', {action: '__error__', state: 'failed'}),
      ],
    });
    expect(state.jobsOfAction('flu', 'a').map(({requestId}) => requestId)).toEqual(['r1']);
    expect(state.jobsOfAction('flu', '__error__')).toEqual([]);
    await state.close();
  });

  it('is written anew from time to time, losing nothing that comes meanwhile', async () => {
    const state = await load();
    const job = servedJob();
    await state.commit({request: servedRequest(), jobs: [job]});
    for (let updatedAt = 2; updatedAt < 200; updatedAt += 1)
      await state.commit({jobs: [{...job, updatedAt}]});
    const before = (await readFile(journalFile(dir))).length;
    const tidying = state.tidy(1000);
    const meanwhile = state.commit({jobs: [{...job, updatedAt: 777}]});
    await Promise.all([tidying, meanwhile]);
    await state.commit({
      request: servedRequest({id: 'jr2'}),
      jobs: [servedJob({requestId: 'jr2'})],
    });
    expect((await readFile(journalFile(dir))).length).toBeLessThan(before / 10);
    await state.close();
    const again = await load();
    expect(again.job(job.id)?.updatedAt).toBe(777);
    expect(again.jobsOf('jr2')).toHaveLength(1);
    await again.close();
  });

  it('forgets old requests that were overtaken, and no other', async () => {
    const state = await load();
    const over = {state: 'succeeded', code: 'succeeded'} as const;
    for (const [id, parts] of [
      ['old', over],
      ['latest', over],
      ['open', {}],
    ] as const)
      await state.commit({
        request: servedRequest({id}),
        jobs: [servedJob({requestId: id, ...parts})],
      });
    const much = 1 + 91 * 24 * 3600;
    await state.tidy(much);
    expect(state.allRequests().map(({id}) => id)).toEqual(['open']);
    expect(state.jobsOf('old')).toEqual([]);
    expect(state.openJobs()).toHaveLength(1);
    await state.close();
    const later = await load(much);
    expect(later.allRequests().map(({id}) => id)).toEqual(['open']);
    await later.close();
  });
});

describe('a flag', () => {
  it('is set, cleared, told to servers of both kinds, and heeded', async () => {
    const now = new Date('2022-05-27T10:00:00.5Z');
    expect(flagHeaders(await readFlags(dir))).toEqual({'Current-Mode': 'None', Flags: '{}'});
    await setFlag(dir, 'mode', 'db-maintenance', now);
    await setFlag(dir, 'paused', 'true', now);
    const flags = await readFlags(dir);
    expect(requestedBy(flags)).toEqual({paused: true, maintenance: true});
    expect(flagHeaders(flags)).toEqual({
      'Current-Mode': 'db-maintenance',
      Flags:
        '{"mode":{"v":"db-maintenance","ts":"2022-05-27T10:00:00Z"},"paused":{"v":"true","ts":"2022-05-27T10:00:00Z"}}',
    });
    await setFlag(dir, 'mode', null, now);
    expect(requestedBy(await readFlags(dir))).toEqual({paused: true, maintenance: false});
  });

  it('that cannot be read is no leave to go on', async () => {
    await appendFile(join(dir, 'flags.json'), '{"paused":');
    await expect(readFlags(dir)).rejects.toThrow();
  });
});

it('the wait between polls is the interval, then five times that, doubled up to five minutes', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((failures) => backOffSeconds(failures, 5))).toEqual([
    5, 25, 50, 100, 200, 300, 300,
  ]);
  expect(backOffSeconds(3, 600)).toBe(600);
});
