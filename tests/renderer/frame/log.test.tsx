import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {CUT_HERE} from '../../../shared/log';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {renderApp} from '../renderApp';

afterEach(cleanup);

const button = (name: string | RegExp) => screen.findByRole('button', {name});

/** A run in which model_primary has printed this. */
async function withLog(printed: readonly string[]) {
  const rendered = renderApp();
  fireEvent.click(await button('Run 3 actions'));
  fireEvent.click(await button('Run 3 jobs'));
  await button('Stop 3 jobs');
  act(() => rendered.host.run.start('model_primary'));
  await screen.findByRole('tab', {name: 'Log · model_primary'});
  await waitFor(() => expect(rendered.desk.store.getState().log.jobId).toBe('run1-model_primary'));
  act(() => rendered.host.run.log('model_primary', printed));
  await screen.findByText(printed.at(-1) ?? '');
  return rendered;
}

describe('the log', () => {
  it('finds on the host, counts, walks, and selects the old text when find is opened again', async () => {
    const {host} = await withLog(['one needle', 'nothing', 'two NEEDLES']);
    fireEvent.click(await button('Find in log'));
    const field = await screen.findByRole('searchbox', {name: 'Find in log'});
    fireEvent.change(field, {target: {value: 'needle'}});
    const bar = screen.getByRole('search', {name: 'Find in logs'});
    expect(await within(bar).findByText('1 of 2')).toBeTruthy();
    fireEvent.keyDown(field, {key: 'Enter'});
    expect(await within(bar).findByText('2 of 2')).toBeTruthy();
    fireEvent.keyDown(field, {key: 'Enter'});
    expect(await within(bar).findByText('1 of 2')).toBeTruthy();
    fireEvent.keyDown(field, {key: 'Enter', shiftKey: true});
    expect(await within(bar).findByText('2 of 2')).toBeTruthy();
    act(() => host.run.log('model_primary', ['a third needle']));
    expect(await within(bar).findByText('2 of 2, 1 newer line not searched')).toBeTruthy();
    act(() => host.run.end('model_primary', 'succeeded'));
    expect(await within(bar).findByText('2 of 3')).toBeTruthy();
    const asked = host.asked.filter(({name}) => name === 'logs:search').map(({arg}) => arg);
    expect(asked.at(-1)).toMatchObject({
      scope: {kind: 'job', jobId: 'run1-model_primary'},
      pattern: {text: 'needle', caseSensitive: false, wholeWord: false, regex: false},
    });

    fireEvent.keyDown(field, {key: 'Escape'});
    await waitFor(() => expect(screen.queryByRole('search', {name: 'Find in logs'})).toBeNull());
    fireEvent.click(await button('Find in log'));
    const again = await screen.findByRole<HTMLInputElement>('searchbox', {name: 'Find in log'});
    expect(again.value).toBe('needle');
    expect([again.selectionStart, again.selectionEnd]).toEqual([0, 6]);
  });

  it('looks in all runs, and lists the logs in which something is', async () => {
    await withLog(['one needle']);
    fireEvent.click(await button('Find in log'));
    fireEvent.change(await screen.findByRole('searchbox', {name: 'Find in log'}), {
      target: {value: 'needle'},
    });
    fireEvent.change(screen.getByRole('combobox', {name: 'Where to look'}), {
      target: {value: 'all'},
    });
    const list = await screen.findByRole('list', {name: 'Logs with matches'});
    expect(list.textContent).toMatch(/model_primary.*1one needle/);
    const bar = within(screen.getByRole('search', {name: 'Find in logs'}));
    expect(await bar.findByText('1 of 1 here, 1 in 1 log')).toBeTruthy();
  });

  it('lets go of its end when scrolled up, and tells how many lines came since', async () => {
    const {host} = await withLog([
      'first',
      ...Array.from({length: 200}, (_, seq) => `line ${seq}`),
    ]);
    const log = screen.getByRole('log');
    expect(within(log).getByText('line 199')).toBeTruthy();
    act(() => host.run.log('model_primary', ['followed']));
    expect(await within(log).findByText('followed')).toBeTruthy();
    fireEvent.wheel(log, {deltaY: -900});
    expect(within(log).queryByText('followed')).toBeNull();
    act(() => host.run.log('model_primary', ['one more', 'and one']));
    expect(within(log).queryByText('and one')).toBeNull();
    fireEvent.click(await button('2 new lines'));
    expect(await within(log).findByText('and one')).toBeTruthy();
    expect(screen.queryByRole('button', {name: /new line/})).toBeNull();
    fireEvent.keyDown(log, {key: 'Home'});
    expect(await within(log).findByText('first')).toBeTruthy();
  });

  it('shows only the lines of a stream, level or time, and copies only these', async () => {
    const written: string[] = [];
    const writeText = async (text: string) => void written.push(text);
    vi.stubGlobal('navigator', Object.assign(window.navigator, {clipboard: {writeText}}));
    const {host} = await withLog(['KeyError: a', 'fine', 'KeyError: b']);
    fireEvent.click(await button('Find in log'));
    fireEvent.click(await button('Filter by stream, level and time'));
    const level = screen.getByRole('combobox', {name: 'Level'});
    fireEvent.change(level, {target: {value: 'error'}});
    fireEvent.change(screen.getByLabelText('To'), {target: {value: '2099-01-01T10:00:00'}});
    const bar = within(screen.getByRole('search', {name: 'Find in logs'}));
    expect(await bar.findByText('1 of 2')).toBeTruthy();
    expect(host.asked.filter(({name}) => name === 'logs:search').at(-1)?.arg).toMatchObject({
      pattern: {text: ''},
      filter: {
        stream: null,
        level: 'error',
        from: null,
        to: new Date(Date.parse('2099-01-01T10:00:01')).toISOString(),
      },
    });
    const log = within(screen.getByRole('log'));
    expect(log.queryByText('fine')).toBeTruthy();
    fireEvent.click(bar.getByRole('checkbox', {name: 'Show matches only'}));
    await waitFor(() => expect(log.queryByText('fine')).toBeNull());
    fireEvent.keyDown(screen.getByRole('log'), {key: 'a', ctrlKey: true});
    fireEvent.keyDown(screen.getByRole('log'), {key: 'c', ctrlKey: true});
    await waitFor(() => expect(written).toEqual(['KeyError: a\nKeyError: b\n']));
    fireEvent.change(level, {target: {value: ''}});
    fireEvent.change(screen.getByLabelText('To'), {target: {value: ''}});
    expect(await log.findByText('fine')).toBeTruthy();
  });

  it('copies the lines that were picked by their numbers, and shows all of a long one', async () => {
    const written: string[] = [];
    const writeText = async (text: string) => void written.push(text);
    vi.stubGlobal('navigator', Object.assign(window.navigator, {clipboard: {writeText}}));
    const {host} = await withLog(['one', 'two', 'three', `long${CUT_HERE}`]);
    const numbers = within(screen.getByRole('log'));
    fireEvent.click(numbers.getByText('2'));
    fireEvent.click(numbers.getByText('3'), {shiftKey: true});
    fireEvent.keyDown(screen.getByRole('log'), {key: 'c', ctrlKey: true});
    await waitFor(() => expect(written).toEqual(['two\nthree\n']));
    fireEvent.click(await button('Show all'));
    const dialog = await screen.findByRole('dialog', {name: 'Line 4'});
    expect(await within(dialog).findByText('long and the rest of it')).toBeTruthy();
    fireEvent.click(within(dialog).getByRole('button', {name: 'Close'}));
    fireEvent.click(await button('Save log as…'));
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'logs:save')?.arg).toEqual({
        jobId: 'run1-model_primary',
        suggestedName: 'model_primary.log',
      }),
    );
  });

  it('opens the files that it names, at the line, here or in the editor', async () => {
    const {host, desk} = await withLog([
      'Traceback',
      'File "/workspace/analysis/model.py", line 2, in fit',
      'wrote output/estimates.csv as project.yaml says',
      'read output/gone.csv',
      'the end',
    ]);
    const link = (name: RegExp) => screen.getByRole('link', {name});
    fireEvent.click(link(/model.py/));
    const code = await screen.findByRole('article', {name: 'analysis/model.py'});
    expect(await within(code).findByText('first')).toBeTruthy();
    // what is read has the log's space; one key brings it back
    expect(screen.queryByRole('log')).toBeNull();
    fireEvent.keyDown(document.body, {key: 'l'});
    await screen.findByRole('link', {name: /model.py/});
    fireEvent.click(link(/model.py/), {ctrlKey: true});
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'project:openInEditor')?.arg).toEqual({
        path: 'analysis/model.py',
        line: 2,
      }),
    );
    fireEvent.keyDown(link(/estimates/), {key: 'Enter'});
    expect(desk.store.getState().centre).toEqual({kind: 'output', path: 'output/estimates.csv'});
    fireEvent.click(link(/project.yaml/));
    expect(desk.store.getState().centre).toEqual({kind: 'project-file', line: null});
    fireEvent.click(link(/gone/));
    expect(await screen.findByText('output/gone.csv can’t be read.')).toBeTruthy();
    fireEvent.keyDown(document.body, {key: 'Escape'});
    await waitFor(() => expect(desk.store.getState().centre).toEqual({kind: 'table'}));
    fireEvent.click(await button('Open log in editor'));
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'logs:openInEditor')?.arg).toEqual({
        jobId: 'run1-model_primary',
      }),
    );
  });

  it('shows when each line was printed, since when the job began, or nothing', async () => {
    await withLog(['a line']);
    const choose = async (name: RegExp) => {
      fireEvent.click(await button('Time'));
      fireEvent.click(screen.getByRole('menuitem', {name}));
    };
    const row = () => screen.getByText('a line').closest('[data-index]')?.textContent;
    expect(row()).toMatch(/^1\d\d:\d\d:\d\da line$/);
    await choose(/^Since/);
    await waitFor(() => expect(row()).toMatch(/^1[+−][\d:]+\.\da line$/));
    await choose(/^None/);
    await waitFor(() => expect(row()).toBe('1a line'));
  });
});

describe('several logs', () => {
  it('are merged by time, or stand beside one another', async () => {
    const {host, desk} = await withLog(['of the model']);
    act(() => host.run.start('flowchart'));
    act(() => host.run.log('flowchart', ['of the chart']));
    const choose = async (name: RegExp) => {
      fireEvent.click(await button('Compare logs'));
      fireEvent.click(await screen.findByRole('menuitem', {name}));
    };
    await choose(/^All 2 jobs of the run/);
    const merged = within(await screen.findByRole('log', {name: /^All 2 jobs/}));
    expect((await merged.findByText('of the chart')).closest('[data-index]')?.textContent).toMatch(
      /^2flowchart\d\d:\d\d:\d\dof the chart$/,
    );
    expect(merged.getByText('of the model')).toBeTruthy();
    // the log alone is searched, and the merged ones are there again after that
    act(() => screen.getByRole('log', {name: /^All 2 jobs/}).focus());
    fireEvent.keyDown(screen.getByRole('log', {name: /^All 2 jobs/}), {key: '/'});
    const field = await screen.findByRole('searchbox', {name: 'Find in log'});
    expect(screen.getByRole('log', {name: 'Log of model_primary'})).toBeTruthy();
    fireEvent.keyDown(field, {key: 'Escape'});
    expect(await screen.findByRole('log', {name: /^All 2 jobs/})).toBeTruthy();
    await choose(/^Beside flowchart/);
    const beside = within(await screen.findByRole('log', {name: 'flowchart'}));
    expect(await beside.findByText('of the chart')).toBeTruthy();
    expect(beside.queryByText('of the model')).toBeNull();
    expect(screen.getByRole('log', {name: 'Log of model_primary'})).toBeTruthy();
    fireEvent.click(await button('Close flowchart'));
    expect(screen.queryByRole('log', {name: 'flowchart'})).toBeNull();
    expect(desk.store.getState().choices['log.beside']).toBe('');
  });
});

it('says of a log that made room for others that it is gone, not that nothing was printed', async () => {
  const {host} = renderApp();
  host.answer('logs:file', async () => ok(null));
  host.answer('logs:read', async () => err(appError('not-found', 'It is no longer kept.')));
  fireEvent.click(await button('Run 3 actions'));
  fireEvent.click(await button('Run 3 jobs'));
  await button('Stop 3 jobs');
  act(() => {
    host.run.start('model_primary');
    host.run.end('model_primary', 'succeeded');
  });
  fireEvent.click(await screen.findByRole('tab', {name: 'Log · model_primary'}));
  expect(await screen.findByText('It is no longer kept.')).toBeTruthy();
  expect(screen.queryByText('The action printed nothing')).toBeNull();
});

describe('a log of opensafely run', () => {
  it('is shown under how its job ended, with what it made', async () => {
    const {host} = renderApp();
    host.answer('logs:file', async ({action}) =>
      ok({
        jobId: 'elsewhere',
        action,
        path: `metadata/${action}.log`,
        message: 'Job exited with an error',
        exitCode: 3,
        image: 'sha256:7082',
        commit: null,
        hint: null,
        createdAt: '2026-04-01T10:00:00.000Z',
        completedAt: '2026-04-01T10:01:01.000Z',
        outputs: [{path: 'output/a.csv', tier: 'moderately_sensitive'}],
        notes: [{heading: 'Invalid outputs', rows: ['output/b.csv  - too large']}],
      }),
    );
    host.answer('logs:read', async ({jobId}) =>
      ok({
        jobId,
        firstSeq: 0,
        lines: [{time: '2026-04-01T10:00:01.000000000Z', stream: 'stdout', text: 'KeyError: bmi'}],
        totalLines: 1,
        complete: true,
      }),
    );
    fireEvent.click(await screen.findByRole('treeitem', {name: /flowchart/}));
    fireEvent.click(await screen.findByRole('tab', {name: 'Log'}));
    const card = await screen.findByRole('region', {name: 'End of metadata/flowchart.log'});
    expect(card.textContent).toMatch(/Job exited with an error.*exit code 3.*1 m 1 s.*1 output/);
    expect(await screen.findByText('KeyError: bmi')).toBeTruthy();
    fireEvent.click(within(card).getByRole('button', {name: 'More'}));
    expect(card.textContent).toMatch(/sha256:7082.*output\/a.csv.*Invalid outputs.*too large/);
  });
});
