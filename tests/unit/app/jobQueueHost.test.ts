import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {
  readEnvironmentFile,
  createJobQueueHost,
  jobQueueFileDecoder,
  type JobQueueHost,
} from '../../../electron/app/jobQueueHost';
import {createJsonFile} from '../../../electron/app/jsonFile';
import type {ServeShown} from '../../../electron/app/serveView';
import {folderOfTest} from '../../temporary';

let dir: string;
let settings: string;
/** What was asked of runners that were started, in order. */
let said: string[];
let endRunner: (last: string) => void;
let shown: ServeShown;

beforeEach(async () => {
  dir = folderOfTest();
  settings = join(dir, 'serve.env');
  await writeFile(settings, '# settings\nBACKEND=tpp\nJOB_SERVER_TOKEN="a b"\n');
  said = [];
  shown = {
    setup: {
      ...{backend: 'tpp', protocol: 'v2', server: 'https://jobs.example.org/', databases: []},
      ...{high: '/high', medium: '/medium'},
    },
    ...{flags: [], poll: null, requests: [], older: 0, isServed: false},
  };
});

/** A host whose runners only tell what they were started with. */
const host = (environment: Readonly<Record<string, string>> = {PATH: '/bin'}): JobQueueHost =>
  createJobQueueHost({
    file: createJsonFile(join(dir, 'job-queue.json'), jobQueueFileDecoder, {settingsFile: null}),
    start: (given, protocol) => {
      said.push(`start ${protocol} ${JSON.stringify(given)}`);
      const ended = new Promise<string>((resolve) => (endRunner = resolve));
      return {warning: () => null, stop: () => void said.push('stop'), ended};
    },
    chooseFile: async () => settings,
    view: async (given) =>
      given['BACKEND'] === undefined
        ? err(appError('invalid-request', 'The setting BACKEND is missing.'))
        : ok(shown),
    environment,
    now: () => new Date('2026-04-01T10:00:00Z'),
  });

async function stateOf(queue: JobQueueHost) {
  const state = await queue.state();
  if (!state.ok) throw new Error(state.error.message);
  return state.value;
}

describe('the queue of the window', () => {
  it('is off, and starts nothing, until settings are chosen and it is told to', async () => {
    const queue = host();
    expect(await stateOf(queue)).toMatchObject({settingsFile: null, setup: null});
    await queue.start();
    expect(said).toEqual([]);
    await queue.setUp(1);
    expect(await stateOf(queue)).toMatchObject({
      settingsFile: settings,
      setup: {backend: 'tpp'},
      runner: {kind: 'stopped', said: null},
    });
    expect(said).toEqual([]);
    await queue.start();
    await queue.start();
    const given = {PATH: '/bin', BACKEND: 'tpp', JOB_SERVER_TOKEN: 'a b'};
    expect(said).toEqual([`start v2 ${JSON.stringify(given)}`]);
    expect((await stateOf(queue)).runner).toEqual({
      kind: 'running',
      since: '2026-04-01T10:00:00.000Z',
    });
  });

  it('starts one runner, however quickly it is told to twice, and stops one that is just starting', async () => {
    const queue = host();
    await queue.setUp(1);
    const [, , stopped] = await Promise.all([queue.start(), queue.start(), queue.stop()]);
    expect(said.map((each) => each.split(' ')[0])).toEqual(['start', 'stop']);
    expect(stopped).toMatchObject({ok: true, value: {runner: {kind: 'stopping'}}});
  });

  it('starts nothing once it is turned off, and leaves nothing behind that is just starting as it closes', async () => {
    const queue = host();
    await queue.setUp(1);
    await Promise.all([queue.turnOff(), queue.start()]);
    expect(said).toEqual([]);
    await queue.setUp(1);
    const closed = Promise.all([queue.start(), queue.close()]);
    await expect.poll(() => said.map((each) => each.split(' ')[0])).toEqual(['start', 'stop']);
    endRunner('stopped');
    await closed;
  });

  it('stops its runner, and then says that it is not running', async () => {
    const queue = host();
    await queue.setUp(1);
    await queue.start();
    // what is served is not changed under a runner that runs
    expect((await queue.turnOff()).ok).toBe(false);
    await queue.stop();
    expect((await stateOf(queue)).runner).toEqual({kind: 'stopping'});
    endRunner('stopped');
    expect((await stateOf(queue)).runner).toEqual({kind: 'stopped', said: null});
    await queue.turnOff();
    expect((await stateOf(queue)).settingsFile).toBeNull();
  });

  it('says so where its runner ends by itself, or runs somewhere else', async () => {
    const queue = host();
    await queue.setUp(1);
    await queue.start();
    endRunner('The disk is full.');
    expect((await stateOf(queue)).runner).toEqual({kind: 'stopped', said: 'The disk is full.'});
    shown = {...shown, isServed: true};
    expect((await stateOf(queue)).runner).toEqual({kind: 'elsewhere'});
  });

  it('refuses settings that can’t be used, and forgets no choice over them', async () => {
    const queue = host();
    await queue.setUp(1);
    await writeFile(settings, 'BACKEND tpp\n');
    expect(await stateOf(queue)).toMatchObject({
      settingsFile: settings,
      trouble: {message: 'Line 1 of the settings file can’t be understood.'},
    });
    await writeFile(settings, '\n');
    expect((await stateOf(queue)).trouble?.message).toBe('The setting BACKEND is missing.');
    await writeFile(settings, 'BACKEND=tpp\nNODE_EXTRA_CA_CERTS=/own.pem\n');
    expect(await queue.start()).toMatchObject({ok: false});
    await rm(settings);
    expect((await stateOf(queue)).trouble?.message).toBe('The settings file can’t be read.');
    expect(said).toEqual([]);
  });
});

it('a settings file is read as systemd reads it', () => {
  const text = '# a\n; b\n\nA=1\r\nB = no\n';
  expect(readEnvironmentFile(text)).toMatchObject({ok: false});
  const good = 'A=1=2\nB="x y"\nC=\'z"\'\n D=\nE= e \n';
  expect(readEnvironmentFile(good)).toEqual(ok({A: '1=2', B: 'x y', C: 'z"', D: '', E: 'e'}));
});
