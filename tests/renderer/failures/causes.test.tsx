import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import {afterEach, describe, expect, it} from 'vitest';
import {drafting, unsavedPaths} from '../../../renderer/state/drafts';
import type {FailureCard} from '../../../shared/failure';
import {ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(cleanup);

const button = (name: string | RegExp) => screen.findByRole('button', {name});

function card(action: string): FailureCard {
  return {
    jobId: `run1-${action}`,
    action,
    rule: 'py-column',
    title: 'There is no column `stroke_date`.',
    cause: {seq: 0, text: "KeyError: 'stroke_date'"},
    place: {
      path: 'analysis/cox.py',
      line: 7,
      firstLine: 6,
      code: ['print(1)', "first = cohort['stroke_date'].min()"],
      foundBy: 'search',
      changedSince: true,
    },
    missingNeed: null,
    meant: {
      kind: 'column',
      name: 'stroke_date',
      from: 'output/cohort.csv',
      names: ['stroke_dat', 'age'],
    },
    remedies: ['Look where the column gets its name.'],
    fix: {title: 'Add `deaths` to the needs', edits: [{from: 0, to: 0, insert: 'x'}], revision: 1},
    button: {kind: 'fix'},
  };
}

/** A run of three jobs, of which two have failed of what the host knows, or does not. */
async function withFailures(known: boolean, meant = card('').meant) {
  const rendered = renderApp();
  const {host} = rendered;
  host.answer('failures:why', async () => ok(known ? {...card('model_primary'), meant} : null));
  host.answer('failures:causes', async () =>
    ok([
      {
        title: 'There is no column `stroke_date`.',
        card: known ? card('model_primary') : null,
        jobs: [
          {jobId: 'run1-model_primary', action: 'model_primary'},
          {jobId: 'run1-model_secondary', action: 'model_secondary'},
        ],
      },
    ]),
  );
  fireEvent.click(await button('Run 3 actions'));
  fireEvent.click(await button('Run 3 jobs'));
  await button('Stop 3 jobs');
  const started = rendered.desk.store.getState().runs[0]?.jobs.map(({action}) => action) ?? [];
  act(() => host.run.start('model_primary'));
  await screen.findByRole('tab', {name: 'Log · model_primary'});
  await waitFor(() => expect(rendered.desk.store.getState().log.jobId).toBe('run1-model_primary'));
  act(() => host.run.log('model_primary', ["KeyError: 'stroke_date'"]));
  act(() => host.run.end('model_primary', 'failed', 'The job ended with an error (exit code 1)'));
  const other = started.find((name) => name !== 'model_primary') ?? '';
  act(() => host.run.start(other));
  act(() => host.run.end(other, 'failed', 'The job ended with an error (exit code 1)'));
  act(() => host.run.finish());
  return rendered;
}

describe('a failure that is known', () => {
  it('is told over the log with its place, and folds to one line', async () => {
    const {host, desk} = await withFailures(true);
    // once in the window
    const inLog = await screen.findByRole('region', {name: 'Why it failed'});
    expect(inLog.textContent).toContain('There is no column stroke_date.');
    expect(inLog.textContent).toContain('the only line that fits; the file has changed since');
    fireEvent.click(within(inLog).getByRole('button', {name: 'analysis/cox.py, line 7'}));
    expect(desk.store.getState().centre).toEqual({
      kind: 'code-file',
      path: 'analysis/cox.py',
      line: 7,
    });
    // back to the graph, and the log with it
    act(() => desk.store.setState({centre: {kind: 'graph'}}));
    fireEvent.click(await button('Add deaths to the needs…'));
    await waitFor(() =>
      expect(host.asked.some(({name}) => name === 'project:previewFix')).toBe(true),
    );
    fireEvent.click(await button('Cancel'));
    fireEvent.click(await button('Hide why it failed'));
    expect(screen.queryByLabelText('analysis/cox.py around line 7')).toBeNull();
    expect(await button('Show why it failed')).toBeTruthy();
  });

  it('offers the names that there are, and puts one into the script, shown first and not saved', async () => {
    const {host, desk} = await withFailures(true);
    const text = "print(1)\nfirst = cohort['stroke_date'].min()\nstroke_date_2 = 1\n";
    host.answer('project:readCode', async () => ok({text, readOnly: null}));
    fireEvent.click(await button('stroke_dat'));
    const dialog = await screen.findByRole('dialog', {name: 'stroke_dat instead of stroke_date'});
    expect(dialog.textContent).toContain('Changes 1 place in analysis/cox.py');
    expect(within(dialog).getByLabelText('Changed lines').textContent).toContain(
      "+first = cohort['stroke_dat'].min()",
    );
    expect(desk.store.getState().drafts.size).toBe(0);
    fireEvent.click(within(dialog).getByRole('button', {name: 'Put into the script'}));
    await screen.findByRole('button', {name: 'Save'});
    const mine = text.replace("'stroke_date'", "'stroke_dat'");
    expect(desk.store.getState().drafts.get('analysis/cox.py')?.text).toBe(mine);
    expect(desk.store.getState().centre).toMatchObject({path: 'analysis/cox.py', line: 7});
    const editor = await screen.findByRole('textbox', {name: 'analysis/cox.py'});
    fireEvent.keyDown(editor, {key: 'z', code: 'KeyZ', ctrlKey: true});
    await waitFor(() =>
      expect(desk.store.getState().drafts.get('analysis/cox.py')?.text).toBe(text),
    );
  });

  it.each([
    {
      meant: {kind: 'file', name: 'data/ages.csv', from: null, names: ['data/age.csv']},
      heading: 'Files that this action reads, to put into the script:',
      text: "rows = open('data/ages.csv')\n",
      after: "rows = open('data/age.csv')\n",
    },
    {
      meant: {kind: 'name', name: 'ages', from: 'analysis/cox.R', names: ['age', 'age_2']},
      heading: 'Similar names in analysis/cox.R, to put into the script:',
      text: 'plot(ages); print("ages")\n',
      after: 'plot(age); print("ages")\n',
    },
  ] as const)('offers $meant.names for a missing $meant.kind', async (each) => {
    const {host, desk} = await withFailures(true, each.meant);
    host.answer('project:readCode', async () => ok({text: each.text, readOnly: null}));
    const nearest = await button(each.meant.names[0]);
    const lists = nearest.closest('section')?.textContent ?? '';
    expect(lists).toContain(each.heading + each.meant.names.join(''));
    fireEvent.click(nearest);
    fireEvent.click(await button('Put into the script'));
    await waitFor(() =>
      expect(desk.store.getState().drafts.get('analysis/cox.py')?.text).toBe(each.after),
    );
  });

  it('is one cause of several jobs, which are planned again together', async () => {
    const {host} = await withFailures(true);
    fireEvent.click(await button('Why they failed'));
    const dialog = await screen.findByRole('dialog', {name: '2 failures, 1 cause'});
    fireEvent.click(within(dialog).getByRole('button', {name: 'Rerun these 2'}));
    await waitFor(() =>
      expect(host.asked.filter(({name}) => name === 'plan:prepare').at(-1)?.arg).toMatchObject({
        request: {actions: expect.arrayContaining(['model_primary', 'model_secondary']) as unknown},
      }),
    );
  });
});

it('a failure that is not known is shown in the same place by the job’s own message', async () => {
  await withFailures(false);
  await button('Why they failed');
  const why = await screen.findByRole('region', {name: 'Why it failed'});
  expect(why.textContent).toContain('The job ended with an error (exit code 1)');
});

describe('a run with unsaved changes', () => {
  async function runWithDraft() {
    const rendered = renderApp();
    const {host, desk} = rendered;
    await button('Run 3 actions');
    const path = 'analysis/cox.py';
    host.answer('project:saveCode', async ({after}) => ok({text: after, readOnly: null}));
    act(() => {
      desk.store.setState({codeFiles: new Map([[path, ok({text: 'old', readOnly: null})]])});
      desk.store.setState((state) => drafting(state, path, {text: 'new'}));
    });
    fireEvent.click(await button('Run 3 actions'));
    fireEvent.click(await button('Run 3 jobs'));
    await screen.findByRole('dialog', {name: 'analysis/cox.py has unsaved changes'});
    expect(host.asked.some(({name}) => name === 'runs:start')).toBe(false);
    const asked = () =>
      host.asked
        .map(({name}) => name)
        .filter((name) => name === 'project:saveCode' || name === 'runs:start');
    return {desk, asked};
  }

  it('saves them first where that is chosen', async () => {
    const {asked, desk} = await runWithDraft();
    fireEvent.click(await button('Save and run'));
    await waitFor(() => expect(asked()).toEqual(['project:saveCode', 'runs:start']));
    expect(unsavedPaths(desk.store.getState())).toEqual([]);
  });

  it('uses what is on disk where that is chosen, and keeps them', async () => {
    const {asked, desk} = await runWithDraft();
    fireEvent.click(await button('Run what is on disk'));
    await waitFor(() => expect(asked()).toEqual(['runs:start']));
    expect(unsavedPaths(desk.store.getState())).toEqual(['analysis/cox.py']);
  });
});
