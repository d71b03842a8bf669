import {describe, expect, it} from 'vitest';
import {appError} from '../../shared/errors';
import {allRequests, type NamedRequest, type RequestName} from '../../shared/contract/contract';
import {ok} from '../../shared/result';
import {answerRequests} from '../../electron/ipc/answerRequests';
import type {Desktop} from '../../electron/ipc/desktop';
import {NO_UPDATES} from '../../shared/update';
import type {JobQueueDesk} from '../../electron/ipc/jobQueueDesk';
import type {IpcSender} from '../../electron/ipc/ipcPort';
import {createStudySessions} from '../../electron/ipc/studySessions';
import {standIn} from '../standIn';
import {fakeCore, fakeStudy, type FakeFacets} from './fakeCore';

const PAGE: IpcSender = {windowId: 1, frameUrl: 'app://study-desk/index.html', isMainFrame: true};

function fakeDesktop(noted: string[]): Desktop {
  return standIn<Desktop>('desktop', {
    rememberStudy: async (dir) => void noted.push(`remember ${dir}`),
    openInEditor: async (file, line) => {
      noted.push(`edit ${file}:${line}`);
      return ok(null);
    },
    openWithProgram: async (file) => {
      noted.push(`open ${file}`);
      return ok(null);
    },
    dragFile: async (_windowId, file, picture) => {
      noted.push(`drag ${file} ${picture}`);
      return ok(null);
    },
    outputAddress: (_dir, path, withScripts) =>
      `study-output://${withScripts ? 'scripts' : 'token'}/${path}`,
    logBug: (id, error) => void noted.push(`bug ${id} ${String(error)}`),
  });
}

function window(facets: FakeFacets = {}) {
  const noted: string[] = [];
  const {core, opened} = fakeCore((dir) => fakeStudy(dir, facets));
  const sessions = createStudySessions(
    async () => core,
    () => () => undefined,
    {
      activeRunsChanged: () => undefined,
      runMoved: () => undefined,
      runsMoved: () => undefined,
      runFinished: () => undefined,
    },
  );
  const served = new Map<RequestName, NamedRequest>();
  const channels = new Map<RequestName, (sender: IpcSender, arg: unknown) => Promise<unknown>>();
  answerRequests(
    {
      handle(request, answer) {
        served.set(request.name, request);
        channels.set(request.name, answer);
      },
    },
    {
      core: async () => core,
      desktop: fakeDesktop(noted),
      sessions,
      jobQueue: standIn<JobQueueDesk>('jobQueue', {}),
      updates: NO_UPDATES,
    },
  );
  const ask = async (name: RequestName, arg: unknown, sender: IpcSender = PAGE) =>
    channels.get(name)?.(sender, arg);
  return {ask, served, noted, opened};
}

/** Requests of the open study that take no argument. */
const PLAIN = allRequests.filter(({by, arg}) => by === 'study' && arg.safeParse({}).success);

describe('requests of the window', () => {
  it('are all served, each once', () => {
    const {served} = window();
    expect([...served.values()]).toEqual(allRequests);
  });

  it.each(PLAIN)('$name asks the method of its name', async ({name, facet, method, ending}) => {
    const asked: unknown[] = [];
    const given = {result: ok('given'), value: 'given', nothing: undefined}[ending];
    const answer = (arg: unknown) => {
      asked.push(arg);
      return ending === 'value' ? given : Promise.resolve(given);
    };
    const {ask} = window({[facet]: {active: () => [], queue: () => [], [method]: answer}});
    await ask('project:open', {dir: '/studies/a'});
    expect(await ask(name, {})).toEqual(ok(ending === 'nothing' ? null : 'given'));
    expect(asked).toContainEqual({});
  });

  it('hand the argument to the method as it is', async () => {
    const asked: unknown[] = [];
    const {ask} = window({
      runs: {
        cancel: async (arg) => {
          asked.push(arg);
          return ok(null);
        },
      },
    });
    await ask('project:open', {dir: '/studies/a'});
    await ask('runs:cancel', {runId: 'r1', action: null});
    expect(asked).toEqual([{runId: 'r1', action: null}]);
  });

  it.each([
    {...PAGE, frameUrl: 'https://example.com/'},
    {...PAGE, frameUrl: 'app://study-desk.example.com/'},
    {...PAGE, frameUrl: 'app://other/index.html'},
    {...PAGE, frameUrl: 'study-output://0123/report.html'},
    {...PAGE, frameUrl: ''},
    {...PAGE, isMainFrame: false},
  ])('are refused to a sender that is not our page: $frameUrl $isMainFrame', async (sender) => {
    const {ask, opened} = window();
    expect(await ask('project:open', {dir: '/tmp'}, sender)).toMatchObject({
      error: {kind: 'invalid-request', why: 'It did not come from a Study Desk window.'},
    });
    expect(opened).toEqual([]);
  });

  it('reach the core only with an argument of their shape', async () => {
    const {ask, opened} = window();
    expect(await ask('project:open', {dir: 'relative'})).toMatchObject({
      error: {kind: 'invalid-request', detail: 'dir: not an absolute path'},
    });
    expect(opened).toEqual([]);
  });

  it('answer a bug with an id that is in the log as well', async () => {
    const {ask, noted} = window({
      provenance: {statuses: () => Promise.reject(new Error('unforeseen'))},
    });
    await ask('project:open', {dir: '/studies/a'});
    const answer = await ask('provenance:statuses', {});
    expect(answer).toMatchObject({ok: false, error: {kind: 'bug'}});
    const id = /\(([0-9a-f]{8})\)/.exec(JSON.stringify(answer))?.[1];
    expect(noted).toContain(`bug ${id} Error: unforeseen`);
  });

  it('stop the checks of the window that asks, and of no other', async () => {
    const check = async (_check: unknown, _leave: unknown, signal: AbortSignal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, {once: true}));
      return [];
    };
    const {ask} = window({doctor: {check}});
    await ask('project:open', {dir: '/studies/a'});
    const asked = ask('doctor:check', {check: 'clock', asksRegistry: false, repairs: false});
    let ended = false;
    void asked.then(() => (ended = true));
    await ask('doctor:stop', {}, {...PAGE, windowId: 2});
    expect(ended).toBe(false);
    await ask('doctor:stop', {});
    expect(await asked).toEqual({ok: true, value: []});
  });

  it('say so when no study is open', async () => {
    const {ask} = window();
    expect(await ask('provenance:statuses', {})).toMatchObject({
      error: {message: 'No study is open in this window.'},
    });
  });

  it('open a study and remember it', async () => {
    const {ask, noted} = window();
    expect(await ask('project:open', {dir: '/studies/a'})).toMatchObject({
      value: {dir: '/studies/a'},
    });
    expect(noted).toEqual(['remember /studies/a']);
  });

  it('give an HTML output its address on the output origin', async () => {
    const {ask} = window({
      outputs: {
        read: async () => ok({kind: 'html', url: '', holds: {scripts: 0, requests: 0, hosts: []}}),
      },
    });
    await ask('project:open', {dir: '/studies/a'});
    expect(await ask('outputs:read', {path: 'output/report.html'})).toMatchObject({
      value: {kind: 'html', url: 'study-output://token/output/report.html'},
    });
  });

  it('let an output out only by what its tier allows', async () => {
    const refused = appError('invalid-request', 'It stays where it is.');
    const {ask, noted} = window({
      outputs: {
        fileOf: async (path, use) =>
          use === 'show' ? ok(`/studies/a/${path}`) : {ok: false, error: refused},
      },
    });
    await ask('project:open', {dir: '/studies/a'});
    const path = 'output/cohort.html';
    await ask('outputs:openWith', {path});
    const picture = 'data:image/png;base64,AAAA';
    expect(await ask('outputs:drag', {path, picture})).toEqual({ok: false, error: refused});
    expect(await ask('outputs:pageWithScripts', {path})).toEqual({
      ok: true,
      value: 'study-output://scripts/output/cohort.html',
    });
    expect(noted).toEqual(['remember /studies/a', 'open /studies/a/output/cohort.html']);
  });

  it('open in the editor only what the study lets through', async () => {
    const outside = appError('invalid-request', 'outside');
    const {ask, noted} = window({
      project: {
        resolveFile: async (path) =>
          path === 'analysis/a.R' ? ok('/studies/a/analysis/a.R') : {ok: false, error: outside},
      },
    });
    await ask('project:open', {dir: '/studies/a'});
    await ask('project:openInEditor', {path: 'analysis/a.R', line: 3});
    expect(await ask('project:openInEditor', {path: 'link/passwd', line: 3})).toEqual({
      ok: false,
      error: outside,
    });
    expect(noted.filter((note) => note.startsWith('edit'))).toEqual([
      'edit /studies/a/analysis/a.R:3',
    ]);
  });
});
