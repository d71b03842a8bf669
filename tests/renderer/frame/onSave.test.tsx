import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {ok} from '../../../shared/result';
import {selectAction} from '../../../renderer/state/selection';
import {closeStudy} from '../../../renderer/state/openStudy';
import {openPlan} from '../../../renderer/state/planTray';
import {requestFor} from '../../../renderer/state/runScopes';
import {runningOnSave} from '../../../renderer/state/onSave';
import {renderApp, STUDY} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** All is up to date, and can be run at once. */
const DONE = STUDY.map((action) => ({
  ...action,
  state: 'done' as const,
  provenance: {kind: 'up-to-date', markedBecause: null} as const,
}));

/** A window in which these run on save, and what saves files of some of them. */
async function savingStudy(chosen: readonly string[]) {
  const versions: Record<string, string> = {};
  const {desk, host} = renderApp({actions: DONE}, (fake) => {
    fake.answer('provenance:versions', async ({actions}) =>
      ok(Object.fromEntries(actions.map((name) => [name, versions[name] ?? 'first']))),
    );
    fake.find([]);
    const prepare = fake.request.bind(fake);
    vi.spyOn(fake, 'request').mockImplementation((async (name: 'plan:prepare', arg: never) => {
      const answer = await prepare(name, arg);
      if (name !== 'plan:prepare' || !answer.ok) return answer;
      return ok({...answer.value, images: []});
    }) as typeof fake.request);
  });
  await waitFor(() => expect(desk.store.getState().statuses.size).toBe(4));
  const asked = (name: string) => host.asked.filter((each) => each.name === name);
  desk.store.setState((state) => runningOnSave(state, chosen, true));
  await waitFor(() => expect(asked('provenance:versions')).toHaveLength(1));
  const save = (...names: readonly string[]) => {
    for (const name of names) versions[name] = `${versions[name] ?? ''}+`;
    host.emit('git:changed', null);
  };
  const requests = () =>
    asked('plan:prepare').map(({arg}) => (arg as {request: {actions: string[]}}).request.actions);
  return {desk, host, save, requests, started: () => asked('runs:start').length};
}

describe('running on save', () => {
  it('runs an action whose file was saved, and what was chosen of those that need it, as one run', async () => {
    const {save, requests, started} = await savingStudy(['table_2', 'model_primary', 'flowchart']);
    save('model_primary');
    save('model_primary');
    await waitFor(() => expect(started()).toBe(1));
    expect(requests()).toEqual([['table_2', 'model_primary']]);
  });

  it('stops its own run for a newer save, and runs what was saved last once that has ended', async () => {
    const {desk, host, save, requests, started} = await savingStudy(['table_2']);
    save('table_2');
    await waitFor(() => expect(desk.store.getState().activeRunId).not.toBeNull());
    save('table_2');
    await waitFor(() => expect(started()).toBe(2));
    expect(host.asked.some(({name}) => name === 'runs:cancel')).toBe(true);
    expect(requests()).toEqual([['table_2'], ['table_2']]);
  });

  it('waits for a run that somebody else began, and runs once for all saves in it', async () => {
    const {desk, host, save, started} = await savingStudy(['table_2']);
    openPlan(desk, {title: 'flowchart', request: requestFor(['flowchart'])});
    fireEvent.click(await screen.findByRole('button', {name: 'Run 1 job'}));
    await waitFor(() => expect(desk.store.getState().activeRunId).not.toBeNull());
    for (let saves = 0; saves < 3; saves += 1) {
      save('table_2');
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    expect([started(), host.asked.some(({name}) => name === 'runs:cancel')]).toEqual([1, false]);
    host.run.end('flowchart', 'succeeded');
    host.run.finish();
    await waitFor(() => expect(started()).toBe(2));
  });

  it('asks before it runs what reads the database, and shows the plan when told', async () => {
    const {save, started} = await savingStudy(['generate_dataset']);
    save('generate_dataset');
    const notices = await screen.findByRole('region', {name: 'Notifications'});
    expect((await within(notices).findByText(/Saved, but not run/)).textContent).toContain(
      'generate_dataset',
    );
    expect(notices.textContent).toContain('reads the database');
    expect(started()).toBe(0);
    fireEvent.click(within(notices).getByRole('button', {name: 'Show the plan'}));
    expect(await screen.findByRole('button', {name: 'Run 1 job'})).toBeTruthy();
    expect(within(notices).queryByText(/Saved, but not run/)).toBeNull();
    expect(started()).toBe(0);
  });

  it('is chosen beside the action, with what needs it, and is off once the study is closed', async () => {
    const {desk} = renderApp({actions: DONE}, (fake) =>
      fake.answer('provenance:versions', async () => ok({})),
    );
    await waitFor(() => expect(desk.store.getState().statuses.size).toBe(4));
    selectAction(desk.store, 'model_primary');
    const section = await screen.findByRole('region', {name: 'On save'});
    fireEvent.click(within(section).getByRole('checkbox'));
    fireEvent.click(await within(section).findByRole('button', {name: 'Run all that need it too'}));
    expect(section.textContent).toContain('Then table_2');
    expect(await screen.findByRole('button', {name: 'On save: 2 actions'})).toBeTruthy();
    await closeStudy(desk);
    expect(desk.store.getState().onSave.size).toBe(0);
  });
});
