import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {newJob} from '../../../shared/newJob';
import {DEFAULT_RUN_OPTIONS} from '../../../shared/run';
import {ACTION_STATES, STATE_WORDS, type ActionState} from '../../../shared/status';
import {selectAction} from '../../../renderer/state/selection';
import {inState} from '../fakes/fakeStudy';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** What the inspector says of generate_dataset in each state, besides the state's word in its heading. */
const REASONS: Readonly<Record<ActionState, RegExp>> = {
  'up-to-date': /Up to date\. Last run .* at \d\d:\d\d\./,
  'up-to-date-by-times':
    /by file times\. .*doesn’t record file contents.*Not compared: the image\./,
  supplied: /Supplied from release 12, of 2026-11-30\. No job here made.*Take them out again/,
  'out-of-date': /Out of date\. analysis\/a\.R changed \(3 lines\)/,
  'upstream-out-of-date': /Upstream out of date\. b went out of date/,
  checking: /Checking\. Comparing its outputs/,
  'not-verified': /can’t tell whether.*Its record can’t be read.*Run it again, or mark it/,
  'outputs-missing': /Outputs missing\. It succeeded, but .* no longer on disk\. Run it again/,
  'never-run': /Never run\. It has no outputs yet/,
  'has-errors': /Has errors\. Fix the errors.*frist is no action of this file\. Line 12/,
  waiting: /Waiting for other jobs to finish/,
  'waiting-for-engine': /stopped answering\. The job continues as soon as .*Check again/,
  running: /Running…/,
  blocked: /Blocked\..*Run it again\./,
  'not-started': /Not started\. .*Earlier outputs are unchanged/,
  'cut-off': /Cut off.*\. .*Earlier outputs are unchanged/,
  failed: /Failed .*Show why/,
  cancelled: /Cancelled before it finished\. .*Earlier outputs are unchanged/,
};

async function openInStates() {
  const rendered = renderApp();
  await screen.findByRole('button', {name: 'Run 3 actions'});
  await waitFor(() => expect(document.querySelector('[role=gridcell][data-state]')).not.toBeNull());
  const {store} = rendered.desk;
  const first = store.getState().statuses.get('generate_dataset');
  if (first === undefined) throw new Error('generate_dataset has a status');
  act(() => selectAction(store, 'generate_dataset'));
  const put = (state: ActionState) =>
    act(() => store.setState({statuses: new Map([['generate_dataset', inState(first, state)]])}));
  return {...rendered, put};
}

describe('every state', () => {
  it('has its word and its reason in inspector, list and table', async () => {
    const {put} = await openInStates();
    const details = screen.getByRole('complementary', {name: 'Details'});
    for (const state of ACTION_STATES) {
      put(state);
      const word = STATE_WORDS[state];
      within(details).getByRole('heading', {name: `generate_dataset, ${word}`});
      expect(details.textContent).toMatch(REASONS[state]);
      screen.getByRole('treeitem', {name: new RegExp(`^generate_dataset ?${word}`)});
      expect(document.querySelector(`[role=gridcell][data-state="${state}"]`)).not.toBeNull();
    }
  });

  it('never says of one job two things: it runs beside an offer to run it', async () => {
    const {put} = await openInStates();
    const details = screen.getByRole('complementary', {name: 'Details'});
    put('running');
    expect(details.textContent).not.toMatch(/ready|collected/i);
  });

  it('tells an attempt that came to nothing beside the state of the success before it', async () => {
    const {desk, put} = await openInStates();
    const details = screen.getByRole('complementary', {name: 'Details'});
    for (const state of ['cancelled', 'not-started'] as const) {
      put(state);
      const status = desk.store.getState().statuses.get('generate_dataset');
      if (status === undefined) throw new Error('generate_dataset has a status');
      const before = {...status, outcome: 'succeeded' as const};
      act(() => desk.store.setState({statuses: new Map([['generate_dataset', before]])}));
      within(details).getByRole('heading', {name: 'generate_dataset, Up to date'});
      expect(details.textContent).toMatch(
        new RegExp(
          `Up to date\\..*Latest attempt ${STATE_WORDS[state].toLowerCase()}.*\\. .*Earlier outputs are unchanged`,
        ),
      );
      expect(details.textContent).not.toContain('Last run today');
    }
  });

  it('names what is in its way where it is blocked', async () => {
    const {desk, host} = await openInStates();
    const {statuses} = desk.store.getState();
    const status = statuses.get('generate_dataset');
    if (status === undefined) throw new Error('generate_dataset has a status');
    act(() => {
      host.emit('statuses:changed', [
        {...inState(status, 'failed'), action: 'model_primary'},
        {...inState(status, 'blocked'), action: 'table_2'},
      ]);
      selectAction(desk.store, 'table_2');
    });
    const details = screen.getByRole('complementary', {name: 'Details'});
    expect(await within(details).findByText(/Not run because model_primary/)).toBeTruthy();
    fireEvent.click(within(details).getByRole('button', {name: 'Show model_primary'}));
    expect(desk.store.getState().selection).toBe('model_primary');
  });
});

describe('files that matched and could not be collected', () => {
  it('are listed as a warning, with the reason of each', async () => {
    const {desk} = await openInStates();
    const job = newJob(
      {action: 'generate_dataset', reason: 'requested', waitsFor: []},
      {id: 'j1', runId: 'r1', image: 'ehrql:v1', at: '2026-03-14T12:00:00Z'},
    );
    const notCollected = [{path: 'output/pipe.csv', reason: 'is a named pipe'}];
    act(() =>
      desk.store.setState({
        runs: [
          {
            ...{format: 1, id: 'r1', startedAt: '2026-03-14T12:00:00Z', git: null},
            ...{endedAt: '2026-03-14T12:01:00Z', outcome: 'succeeded'},
            request: {
              ...{actions: ['run_all'], forceDependencies: false, includeStale: true},
              ...{force: [], takeOut: []},
            },
            options: DEFAULT_RUN_OPTIONS,
            plan: {jobs: [], skipped: []},
            jobs: [{...job, state: 'succeeded', statusCode: 'succeeded', notCollected}],
          },
        ],
      }),
    );
    const details = screen.getByRole('complementary', {name: 'Details'});
    expect(details.textContent).toContain('1 file not collected.');
    expect(details.textContent).toContain('output/pipe.csv: is a named pipe');
  });
});
