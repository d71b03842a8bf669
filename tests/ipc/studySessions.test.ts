import {mkdir, mkdtemp, realpath, symlink} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {ok} from '../../shared/result';
import type {StudyEvent} from '../../electron/core/studyState';
import {createStudySessions} from '../../electron/ipc/studySessions';
import {someJob, someRun} from '../unit/runs/someJob';
import {fakeCore, fakeStudy} from './fakeCore';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sessions-')));
  await mkdir(join(folder, 'a'));
  await mkdir(join(folder, 'b'));
});

function end(succeeded: boolean): StudyEvent {
  const outcome = succeeded ? ('succeeded' as const) : ('failed' as const);
  const event = {runId: 'r', outcome, cancelled: false, error: null, jobs: []};
  return {kind: 'run-event', event: {event: 'finished', ...event}};
}

function sessionsOf(open?: Parameters<typeof fakeCore>[0]) {
  const {core, opened} = fakeCore(open);
  const told: string[] = [];
  const sent: string[] = [];
  const sessions = createStudySessions(
    async () => core,
    (windowId) => (name) => void sent.push(`${windowId} ${name}`),
    {
      activeRunsChanged: (count) => void told.push(`active ${count}`),
      runsMoved: () => undefined,
      runMoved: (windowId, share) => void told.push(`moved ${windowId} ${share}`),
      runFinished: (study, windowId, succeeded) =>
        void told.push(`finished ${study.dir} in ${windowId} ${succeeded}`),
    },
  );
  return {sessions, opened, told, sent};
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('studies and windows', () => {
  it('open a study once, whatever way leads to its folder', async () => {
    const {sessions, opened} = sessionsOf();
    await symlink(join(folder, 'a'), join(folder, 'link'));
    await sessions.open(1, join(folder, 'a'));
    expect(await sessions.open(2, join(folder, 'link'))).toMatchObject({
      error: {kind: 'study-busy'},
    });
    expect(opened).toHaveLength(1);
    expect(await sessions.windowOf(join(folder, 'link'))).toBe(1);
  });

  it('open a study once when two windows ask at the same time', async () => {
    const {sessions, opened} = sessionsOf();
    const answers = await Promise.all([
      sessions.open(1, join(folder, 'a')),
      sessions.open(2, join(folder, 'a')),
    ]);
    // whichever came first
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(opened).toHaveLength(1);
  });

  it('answer a reloaded window with the same study', async () => {
    const {sessions, opened} = sessionsOf();
    await sessions.open(1, join(folder, 'a'));
    expect((await sessions.open(1, join(folder, 'a'))).ok).toBe(true);
    expect(opened).toHaveLength(1);
    expect(opened[0]?.isClosed()).toBe(false);
  });

  it('close the study a window leaves for another one', async () => {
    const {sessions, opened} = sessionsOf();
    await sessions.open(1, join(folder, 'a'));
    await sessions.open(1, join(folder, 'b'));
    expect(opened.map((study) => study.isClosed())).toEqual([true, false]);
    expect(sessions.studyOf(1)?.dir).toBe(join(folder, 'b'));
  });

  it('let a run go on without its window, and close the study after it', async () => {
    const {sessions, opened, told} = sessionsOf();
    await sessions.open(1, join(folder, 'a'));
    opened[0]?.setActiveRuns(['r']);
    await sessions.close(1);
    expect(opened[0]?.isClosed()).toBe(false);
    opened[0]?.setActiveRuns([]);
    opened[0]?.emit(end(true));
    await turn();
    await turn();
    expect(told).toEqual(['active 0', `finished ${join(folder, 'a')} in null Succeeded: 0 of 0`]);
    expect(opened[0]?.isClosed()).toBe(true);
  });

  it('show a study whose run went on in the window that opens it again', async () => {
    const {sessions, opened, sent} = sessionsOf();
    await sessions.open(1, join(folder, 'a'));
    opened[0]?.setActiveRuns(['r']);
    await sessions.close(1);
    await sessions.open(2, join(folder, 'a'));
    expect(opened).toHaveLength(1);
    opened[0]?.emit({kind: 'git-changed', git: null});
    expect(sent).toEqual(['2 git:changed']);
  });

  it('say to each window what runs in the studies of the others, with or without a window', async () => {
    const {sessions, opened} = sessionsOf();
    await sessions.open(1, join(folder, 'a'));
    await sessions.open(2, join(folder, 'b'));
    expect(sessions.runsElsewhere(2)).toEqual([]);
    opened[0]?.setActiveRuns(['r']);
    const jobs = [someJob('x', {statusCode: 'succeeded'}), someJob('y', {statusCode: 'executing'})];
    opened[0]?.emit({kind: 'run-event', event: {event: 'started', run: someRun('r', jobs)}});
    const running = {dir: join(folder, 'a'), share: 0.5};
    expect(sessions.runsElsewhere(2)).toMatchObject([running]);
    expect(sessions.runsElsewhere(1)).toEqual([]);
    await sessions.close(1);
    expect(sessions.runsElsewhere(2)).toMatchObject([running]);
    opened[0]?.emit(end(true));
    expect(sessions.runsElsewhere(2)).toEqual([]);
  });

  it('stop every run and wait until none is left', async () => {
    const stopped: string[] = [];
    const {sessions, opened} = sessionsOf((dir) =>
      fakeStudy(dir, {
        runs: {
          cancel: async ({runId}) => {
            stopped.push(runId);
            return ok(null);
          },
        },
      }),
    );
    await sessions.open(1, join(folder, 'a'));
    const study = opened[0];
    study?.setActiveRuns(['r1', 'r2']);
    let over = false;
    const stopping = sessions.stopRuns(1).then(() => {
      over = true;
    });
    await turn();
    study?.setActiveRuns(['r2']);
    study?.emit(end(false));
    await turn();
    await turn();
    expect(over).toBe(false);
    study?.setActiveRuns([]);
    study?.emit(end(false));
    await stopping;
    expect(stopped).toEqual(['r1', 'r2']);
  });

  it('have nothing to stop where nothing runs', async () => {
    const {sessions} = sessionsOf();
    await sessions.open(1, join(folder, 'a'));
    await expect(sessions.stopRuns(1)).resolves.toBeUndefined();
  });
});
