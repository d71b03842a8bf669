import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {appError} from '../../../shared/errors';
import {ok} from '../../../shared/result';
import type {QueuedRun} from '../../../shared/runQueue';
import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {requestFor} from '../../../renderer/state/runScopes';
import {selectAction} from '../../../renderer/state/selection';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const button = (name: string | RegExp) => screen.findByRole('button', {name});
const notices = () => screen.getByRole('region', {name: 'Notifications'});
const details = () => screen.getByRole('complementary', {name: 'Details'});
type Rendered = ReturnType<typeof renderApp>;
const askedFor = (host: Rendered['host'], name: string) =>
  host.asked.filter((request) => request.name === name).map((request) => request.arg);

/** Runs everything of the study; flowchart fails after it printed this. */
async function runWithFailure(printed: readonly string[] = []): Promise<Rendered> {
  const rendered = renderApp();
  fireEvent.click(await button('Run 3 actions'));
  fireEvent.click(await button('Run 3 jobs'));
  await button('Stop 3 jobs');
  act(() => rendered.host.run.start('flowchart'));
  await screen.findByRole('tab', {name: 'Log · flowchart'});
  act(() => {
    if (printed.length > 0) rendered.host.run.log('flowchart', printed);
    rendered.host.run.end('flowchart', 'failed', 'Job exited with an error');
    rendered.host.run.end('model_primary', 'succeeded');
    rendered.host.run.end('table_2', 'succeeded');
    rendered.host.run.finish();
  });
  await within(notices()).findByText('Failed: 1 of 3');
  return rendered;
}

describe('the end of a run', () => {
  it('is told until it is dismissed, in the status line until the next run', async () => {
    const {desk} = await runWithFailure();
    const line = screen.getByRole('contentinfo');
    expect(within(line).getByText('Failed: 1 of 3, just now')).toBeTruthy();
    expect(line.textContent).not.toContain('Ready');
    fireEvent.click(within(notices()).getByRole('button', {name: 'Dismiss'}));
    expect(notices().textContent).toBe('');
    expect(within(line).getByText('Failed: 1 of 3, just now')).toBeTruthy();
    expect(desk.store.getState().selection).toBe('flowchart');
  });

  it('selects the failure in list, inspector and log alike, and offers to run it again', async () => {
    const {host} = await runWithFailure();
    expect(await screen.findByRole('tab', {name: 'Log · flowchart'})).toBeTruthy();
    expect(within(details()).getByRole('heading', {name: /^flowchart.*Failed$/})).toBeTruthy();
    expect(screen.getByRole('treeitem', {name: /^flowchart/}).getAttribute('aria-selected')).toBe(
      'true',
    );
    fireEvent.click(within(details()).getByRole('button', {name: 'Run flowchart'}));
    await waitFor(() =>
      expect(askedFor(host, 'plan:prepare').at(-1)).toMatchObject({
        request: {actions: ['flowchart']},
      }),
    );
  });

  it('continues what failed in one step from where it is shown, with nothing that axe finds serious', async () => {
    const {host} = await runWithFailure();
    const {violations} = await axe.run(notices(), {rules: {'color-contrast': {enabled: false}}});
    expect(violations.map(({id}) => id)).toEqual([]);
    fireEvent.click(within(notices()).getByRole('button', {name: /^Continue \(1 job\)/}));
    await waitFor(() =>
      expect(askedFor(host, 'plan:prepare').at(-1)).toMatchObject({
        request: {actions: ['flowchart']},
      }),
    );
    await waitFor(() => expect(askedFor(host, 'runs:start')).toHaveLength(2));
  });

  it('continues what was stopped of a rerun too, though earlier outputs are up to date', async () => {
    const {host, desk} = await runWithFailure();
    const {runs, statuses} = desk.store.getState();
    const before = statuses.get('flowchart');
    if (before === undefined) throw new Error('flowchart has a status');
    // it had succeeded before, and what was stopped takes that not away
    const lastJob =
      before.lastJob === null ? null : {...before.lastJob, state: 'cancelled' as const};
    const status = {
      ...{...before, lastJob, outcome: 'succeeded' as const, outputsPresent: true},
      provenance: {kind: 'up-to-date', markedBecause: null} as const,
    };
    act(() => host.emit('statuses:changed', [status]));
    await screen.findByRole('treeitem', {name: /^flowchart ?Up to date/});
    expect(runs).toHaveLength(1);
    await within(notices()).findByRole('button', {name: 'Continue (1 job)'});
  });

  it('shows the plan first where more would run than before', async () => {
    const {host} = await runWithFailure();
    const more = requestFor(['flowchart', 'generate_dataset']);
    const asked = await host.request('plan:prepare', {
      ...{request: more, options: DEFAULT_RUN_OPTIONS},
    });
    host.answer('plan:prepare', async () => asked);
    fireEvent.click(within(notices()).getByRole('button', {name: /^Continue/}));
    await button('Run 2 jobs');
    expect(askedFor(host, 'runs:start')).toHaveLength(1);
  });

  it('comes back to the failure with F4, also from a field', async () => {
    const {desk} = await runWithFailure();
    act(() => selectAction(desk.store, 'table_2'));
    fireEvent.keyDown(screen.getByRole('combobox', {name: /Find or filter/}), {key: 'F4'});
    expect(desk.store.getState()).toMatchObject({selection: 'flowchart', bottomTab: 'log'});
  });

  it('is told in green without a failure, and goes by itself', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    await button('Stop 3 jobs');
    act(() => {
      for (const action of ['model_primary', 'table_2', 'flowchart'])
        host.run.end(action, 'succeeded');
      host.run.finish();
    });
    const told = await within(notices()).findByText('Succeeded: 3 of 3');
    expect(told.closest('[data-tone]')?.getAttribute('data-tone')).toBe('ok');
    await waitFor(() => expect(notices().textContent).toBe(''), {timeout: 12_000});
  });
});

describe('following the run', () => {
  it('is a mode that shows, and that a click on an action ends', async () => {
    const {host, desk} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    const follow = await button('Follow the run');
    await waitFor(() => expect(follow.getAttribute('aria-pressed')).toBe('true'));
    act(() => host.run.start('model_primary'));
    await within(await screen.findByRole('complementary', {name: 'Details'})).findByRole(
      'heading',
      {name: /^model_primary.*Running$/},
    );
    expect(details().textContent).toContain('Running…');
    fireEvent.click(screen.getByRole('treeitem', {name: /^table_2/}));
    expect(follow.getAttribute('aria-pressed')).toBe('false');
    expect(screen.getByRole('tab', {name: 'Log · table_2'})).toBeTruthy();
    fireEvent.keyDown(document.body, {key: 'w'});
    expect(desk.store.getState()).toMatchObject({selection: 'model_primary', followsRun: true});
  });
});

const queued = (id: string, action: string, held: QueuedRun['held'] = null): QueuedRun => ({
  ...{id, held, options: DEFAULT_RUN_OPTIONS, queuedAt: '2026-03-14T12:00:00Z'},
  request: {
    ...{actions: [action], forceDependencies: false, includeStale: true, force: [], takeOut: []},
  },
  actions: [action],
});

describe('runs that wait', () => {
  it('are planned while another is under way, and listed with the ways to reorder them', async () => {
    const {host, desk} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    await button('Stop 3 jobs');
    act(() => selectAction(desk.store, 'generate_dataset'));
    fireEvent.click(within(details()).getByRole('button', {name: 'Run generate_dataset'}));
    expect(await button('Queue 1 job')).toBeTruthy();
    const two = [queued('q1', 'generate_dataset'), queued('q2', 'flowchart')];
    host.answer('runs:move', async () => ok([...two].reverse()));
    host.answer('runs:drop', async () => ok(two.slice(1)));
    act(() => host.emit('queue:changed', two));
    const list = await screen.findByRole('region', {name: 'Waiting runs'});
    expect(list.textContent).toContain('2 runs waiting');
    fireEvent.click(within(list).getByRole('button', {name: 'Start flowchart next'}));
    await waitFor(() => expect(askedFor(host, 'runs:move')).toEqual([{queuedId: 'q2', to: 0}]));
    fireEvent.click(
      within(list).getByRole('button', {name: 'Remove generate_dataset from the queue'}),
    );
    await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(1));
    fireEvent.click(screen.getByRole('tab', {name: /^Log/}));
    expect(screen.getByText('1 run waiting; next: flowchart')).toBeTruthy();
  });

  it('say why one was held, and start it as it would be now', async () => {
    const {host} = renderApp();
    fireEvent.click(await button('Run 3 actions'));
    await button('Run 3 jobs');
    const asked = await host.request('plan:prepare', {
      ...{request: queued('q1', 'flowchart').request, options: DEFAULT_RUN_OPTIONS},
    });
    if (!asked.ok) throw new Error(asked.error.message);
    const held: QueuedRun['held'] = {
      kind: 'changed',
      changes: ['`flowchart` would run too.'],
      prepared: asked.value,
    };
    act(() => host.emit('queue:changed', [queued(asked.value.id, 'flowchart', held)]));
    const list = await screen.findByRole('region', {name: 'Waiting runs'});
    expect(list.textContent).toContain('Held: the plan has changed since you saw it.');
    expect(list.textContent).toContain('flowchart would run too.');
    fireEvent.click(within(list).getByRole('button', {name: 'Start with the updated plan'}));
    await waitFor(() =>
      expect(askedFor(host, 'runs:start')).toEqual([{preparedId: asked.value.id}]),
    );
  });
});

describe('a run that was refused at its turn', () => {
  it('is planned again, and leaves the queue once that plan is started', async () => {
    const {host} = renderApp();
    await button('Run 3 actions');
    const refused = queued('q1', 'flowchart', {
      kind: 'refused',
      error: appError('image-missing', 'An image is missing.'),
    });
    host.answer('runs:drop', async () => ok([]));
    act(() => host.emit('queue:changed', [refused]));
    fireEvent.click(screen.getByRole('tab', {name: /^Plan/}));
    expect(await screen.findByText('An image is missing.')).toBeTruthy();
    fireEvent.click(await button('Plan again'));
    fireEvent.click(await button('Run 1 job'));
    await waitFor(() => expect(askedFor(host, 'runs:drop')).toEqual([{queuedId: 'q1'}]));
  });
});

describe('a run that waits for its engine', () => {
  it('is told with its reason, keeps others from running, and can be given up', async () => {
    const {host, desk} = renderApp();
    await button('Run 3 actions');
    act(() =>
      host.emit('unfinished:changed', {
        ...{runId: 'r0', startedAt: '2026-03-14T12:00:00Z', actions: ['model_primary']},
        reason: appError('no-engine', 'Docker does not answer.', {hint: 'Start Docker.'}),
      }),
    );
    const told = await screen.findByRole('alert');
    expect(told.textContent).toMatch(
      /^The run started .* is waiting for the container engine: model_primary\./,
    );
    expect(told.textContent).toContain('Docker does not answer. Start Docker.');
    const run = await button('Run 3 actions');
    expect(run.hasAttribute('disabled')).toBe(true);
    expect(run.getAttribute('data-tip')).toContain('is waiting for the container engine');
    fireEvent.click(within(told).getByRole('button', {name: 'Check again'}));
    await waitFor(() => expect(askedFor(host, 'engines:check').length).toBeGreaterThan(1));
    fireEvent.click(within(told).getByRole('button', {name: 'Give up…'}));
    const dialog = await screen.findByRole('dialog', {name: 'Give up the unfinished run?'});
    expect(dialog.textContent).toContain('will be lost');
    fireEvent.click(within(dialog).getByRole('button', {name: 'Give up the run'}));
    await waitFor(() => expect(askedFor(host, 'runs:giveUp')).toEqual([{runId: 'r0'}]));
    await waitFor(() => expect(desk.store.getState().dialog).toBeNull());
  });

  it('is told as what it is where the disk is full, not as a missing engine', async () => {
    const {host} = renderApp();
    await button('Run 3 actions');
    act(() =>
      host.emit('unfinished:changed', {
        ...{runId: 'r0', startedAt: '2026-03-14T12:00:00Z', actions: ['model_primary']},
        reason: appError('file-system', 'The study could not be reserved.', {
          ...{why: 'The disk is full.', hint: 'Free some space.'},
        }),
      }),
    );
    const told = await screen.findByRole('alert');
    expect(told.textContent).toMatch(/could not be finished yet: model_primary\./);
    expect(told.textContent).toContain('The disk is full. Free some space. Study Desk tries again');
    expect(told.textContent).not.toContain('engine');
    const run = await button('Run 3 actions');
    expect(run.getAttribute('data-tip')).not.toContain('engine');
  });
});

describe('a study that another Study Desk holds', () => {
  it('can be taken over from the error that says so, and from no other', async () => {
    const {host, desk} = renderApp();
    await button('Run 3 actions');
    const held = appError('study-busy', 'Another Study Desk is running jobs in this study.');
    act(() => desk.store.setState({error: held}));
    expect(screen.queryByRole('button', {name: 'Take over the study'})).toBeNull();
    act(() => desk.store.setState({error: {...held, takeOver: true}}));
    fireEvent.click(await button('Take over the study'));
    await waitFor(() => expect(askedFor(host, 'runs:takeOver')).toEqual([{}]));
    expect(desk.store.getState().error).toBeNull();
  });
});
