import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {changeFlag, findLogs, readLog, serveStatus} from '../../../electron/serve/operate';
import {ServeState} from '../../../electron/serve/state/serveState';
import {servedJob, servedRequest} from './served';
import {folderOfTest} from '../../temporary';

let root: string;
let high: string;
let env: Readonly<Record<string, string>>;

beforeEach(() => {
  root = folderOfTest();
  high = join(root, 'high');
  env = {BACKEND: 'tpp', WORKDIR: join(root, 'work'), HIGH_PRIVACY_STORAGE_BASE: high};
});

/** Keeps a log of a job; null for one that still runs. */
async function keep(month: string, id: string, text: string | null): Promise<string> {
  const folder = join(high, 'logs', month, `os-job-${id}`);
  await mkdir(folder, {recursive: true});
  const file = join(folder, 'logs.txt');
  if (text !== null) await writeFile(file, text);
  return file;
}

const idsOf = async (fragment: string): Promise<readonly string[] | string> => {
  const found = await findLogs(env, fragment);
  return found.ok ? found.value.map(({id}) => id) : found.error.kind;
};

describe('a log', () => {
  const [first, second, third] = ['seajb3o3e2zsubw3', '35mf7ukgi4uyk5j4', 'seaj00000000bw35'];

  it('is found by any piece of its reference, in whatever month and case', async () => {
    const path = await keep('2026-01', first, 'what it printed\n');
    await keep('2026-03', second, 'something else\n');
    for (const fragment of ['seaj', 'ubw3', ' SEAJB3O3 ', first, `os-job-${first}`, 'job-seaj'])
      expect(await findLogs(env, fragment)).toEqual({ok: true, value: [{id: first, path}]});
    let text = '';
    for await (const piece of readLog({id: first, path})) text += piece.toString('utf8');
    expect(text).toBe('what it printed\n');
  });

  it('is one of several where the piece fits more, oldest month first; a whole reference fits its own alone', async () => {
    await keep('2026-03', third, '');
    await keep('2026-01', first, '');
    await keep('2026-02', second, '');
    expect(await idsOf('seaj')).toEqual([first, third]);
    expect(await idsOf('os-job-')).toEqual([first, second, third]);
    await keep('2026-04', `${first}x`, '');
    expect(await idsOf(first)).toEqual([first]);
  });

  it('is not there for what nobody ran, what still runs, or no piece at all', async () => {
    await keep('2026-01', first, null);
    expect(await idsOf(first)).toBe('not-found');
    expect(await idsOf('zzzz')).toBe('not-found');
    expect(await idsOf('../')).toBe('not-found');
    expect(await idsOf(' ')).toBe('invalid-request');
    const {HIGH_PRIVACY_STORAGE_BASE: _, ...without} = env;
    expect(await findLogs(without, 'seaj')).toMatchObject({
      error: {message: expect.stringContaining('HIGH_PRIVACY_STORAGE_BASE') as string},
    });
  });
});

describe('how a runner stands', () => {
  it('is told from outside, with what is open, and no runner where none is', async () => {
    expect(await serveStatus(env)).toMatchObject({
      value: {backend: 'tpp', running: null, flags: [], poll: null, requests: [], jobs: []},
    });
    const state = await ServeState.load(join(root, 'work', 'tpp'), high, 1000);
    const done = servedJob({requestId: 'jr2', state: 'succeeded', code: 'succeeded'});
    await state.commit({request: servedRequest(), jobs: [servedJob()]});
    await state.commit({request: servedRequest({id: 'jr2'}), jobs: [done]});
    await state.close();
    const found = await serveStatus(env);
    if (!found.ok) throw new Error(found.error.message);
    expect(found.value.requests.map(({id, open}) => [id, open])).toEqual([
      ['jr1', true],
      ['jr2', false],
    ]);
    expect(found.value.jobs.map(({requestId, state: is}) => [requestId, is])).toEqual([
      ['jr1', 'pending'],
      ['jr2', 'succeeded'],
    ]);
  });

  it('is changed by flags of plain names and values only', async () => {
    expect(await changeFlag(env, 'paused', 'true')).toMatchObject({
      value: [{name: 'paused', value: 'true'}],
    });
    expect(await changeFlag(env, 'paused', null)).toEqual({ok: true, value: []});
    for (const [name, value] of [
      ['a b', 'true'],
      ['', 'true'],
      ['mode', 'a\nb'],
    ] as const)
      expect(await changeFlag(env, name, value)).toMatchObject({ok: false});
    expect(await serveStatus(env)).toMatchObject({ok: true, value: {flags: []}});
  });
});
