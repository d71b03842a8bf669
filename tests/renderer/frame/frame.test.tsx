import {act, cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {ok} from '../../../shared/result';
import {appError} from '../../../shared/errors';
import {selectAction} from '../../../renderer/state/selection';
import {renderApp} from '../renderApp';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const button = (name: string | RegExp) => screen.findByRole('button', {name});
const press = (key: string, more = {}) => fireEvent.keyDown(document.body, {key, ...more});

/** What axe finds serious; colours are checked in the real window, jsdom draws none. */
async function seriousFaults(): Promise<readonly string[]> {
  const {violations} = await axe.run(document.body, {rules: {'color-contrast': {enabled: false}}});
  return violations
    .filter((fault) => fault.impact === 'serious' || fault.impact === 'critical')
    .map((fault) => `${fault.id}: ${fault.nodes[0]?.html ?? ''}`);
}

describe('the start page', () => {
  const onStart = {info: {initialDir: null}};

  it('offers three ways in and says how the engine is', async () => {
    renderApp(onStart);
    expect(await button(/^Open a study…/)).toBeTruthy();
    expect(await button(/^Try the sample study…/)).toBeTruthy();
    expect(screen.getByRole('region', {name: 'Recent studies'})).toBeTruthy();
    expect(await screen.findByText(/Docker 26.1 is ready: 4 processors, 8 GB/)).toBeTruthy();
    expect(await seriousFaults()).toEqual([]);
  });

  it('opens the folder the user chooses', async () => {
    renderApp(onStart);
    fireEvent.click(await button(/^Open a study…/));
    expect(await screen.findByRole('tree', {name: 'Actions by state'})).toBeTruthy();
  });

  it('opens a folder that is dropped anywhere', async () => {
    const {host} = renderApp(onStart);
    await button(/^Open a study…/);
    fireEvent.drop(document.body, {
      dataTransfer: {types: ['Files'], files: [new File([], 'study')]},
    });
    expect(await screen.findByRole('tree', {name: 'Actions by state'})).toBeTruthy();
    expect(host.asked.some(({name}) => name === 'project:open')).toBe(true);
  });

  it('has the newest study read ahead that is still there, and one that the pointer or the keyboard comes to', async () => {
    const recents = ['gone', 'newest', 'older', 'oldest'].map((name) => ({
      dir: `/studies/${name}`,
      name,
      openedAt: '2026-11-20T10:00:00Z',
      exists: name !== 'gone',
      ...{pinned: false, branch: null, lastRun: null},
    }));
    const {host} = renderApp({info: {initialDir: null, recents}});
    const expected = () =>
      host.asked.filter(({name}) => name === 'project:expect').map(({arg}) => arg);
    await waitFor(() => expect(expected()).toEqual([{dir: '/studies/newest'}]));
    fireEvent.pointerEnter(await button(/^older/));
    (await button(/^oldest/)).focus();
    expect(expected().slice(1)).toEqual([{dir: '/studies/older'}, {dir: '/studies/oldest'}]);
  });

  it('finds recent studies by name and branch, pins them, and says how their last runs went', async () => {
    const recents = Array.from({length: 12}, (_, index) => ({
      dir: `/studies/study_${index}`,
      name: `study_${index}`,
      openedAt: '2026-11-20T10:00:00Z',
      ...{exists: true, pinned: false, branch: index === 11 ? 'add/strata' : 'main'},
      lastRun: {startedAt: '2026-11-19T10:00:00Z', outcome: 'failed'} as const,
    }));
    const {host} = renderApp({info: {initialDir: null, recents}}, (fake) =>
      fake.answer('app:editRecent', async ({dir}) =>
        ok(recents.filter((each) => each.dir === dir).map((each) => ({...each, pinned: true}))),
      ),
    );
    const list = await screen.findByRole('region', {name: 'Recent studies'});
    expect((await button(/^study_7/)).textContent).toContain('failed');
    expect(within(list).queryByText('study_11')).toBeNull();
    const find = within(list).getByRole('searchbox', {name: 'Find a recent study'});
    fireEvent.change(find, {target: {value: 'nothing'}});
    expect(within(list).getByText('None by this name or branch.')).toBeTruthy();
    fireEvent.change(find, {target: {value: 'STRATA'}});
    fireEvent.click(within(list).getByRole('button', {name: 'Pin study_11'}));
    expect(await within(list).findByRole('button', {name: 'Unpin study_11'})).toBeTruthy();
    expect(host.asked).toContainEqual({
      name: 'app:editRecent',
      arg: {dir: '/studies/study_11', to: 'pinned'},
    });
  });

  it('says what went wrong with a folder, why, and what to do, and copies a report', async () => {
    const error = appError('file-system', 'The folder can’t be read.', {
      why: 'You have no permission.',
      hint: 'Ask its owner.',
      detail: 'EACCES',
    });
    const {host} = renderApp(onStart, (fake) =>
      fake.answer('project:open', async () => ({ok: false, error})),
    );
    fireEvent.click(await button(/^Open a study…/));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('The folder can’t be read. You have no permission.');
    expect(alert.textContent).toContain('Ask its owner.');
    expect(within(alert).getByText('EACCES').closest('details')?.open).toBe(false);
    fireEvent.click(within(alert).getByRole('button', {name: 'Copy report'}));
    expect(host.asked.at(-1)).toEqual({name: 'app:copyReport', arg: {error}});
  });

  it('says what to do when the engine is down, and offers this computer instead', async () => {
    const {host} = renderApp(onStart, (fake) =>
      fake.answer('engines:check', async () => ({
        ok: true,
        value: {
          state: 'down' as const,
          trouble: 'stopped' as const,
          message: 'Docker does not answer.',
          hint: 'Start Docker Desktop.',
          remedy: null,
        },
      })),
    );
    expect(await screen.findByText('Docker does not answer.')).toBeTruthy();
    expect(screen.getByText('Start Docker Desktop.')).toBeTruthy();
    fireEvent.click(await button('Use this computer instead'));
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'app:saveSettings')?.arg).toMatchObject({
        settings: {executor: 'process'},
      }),
    );
  });

  it('says when it runs on the development copy of Electron', async () => {
    renderApp({info: {initialDir: null, developmentElectron: true, electronVersion: '25.1.1'}});
    expect((await screen.findByRole('note')).textContent).toContain('Electron 25.1.1');
  });
});

describe('the frame of a study', () => {
  it('has names for everything, and axe finds nothing serious', async () => {
    const {desk} = renderApp();
    await button('Run 3 actions');
    act(() => selectAction(desk.store, 'model_primary'));
    await screen.findByRole('heading', {name: /^model_primary.*Out of date$/});
    expect(await seriousFaults()).toEqual([]);
  });

  it('tells why the selected action is out of date and what opensafely run would do', async () => {
    const {desk} = renderApp();
    await button('Run 3 actions');
    act(() => selectAction(desk.store, 'model_primary'));
    const details = screen.getByRole('complementary', {name: 'Details'});
    expect(details.textContent).toContain('Out of date. analysis/model.R changed (3 lines)');
    expect(details.textContent).toContain('opensafely run would not rerun this.');
    expect(
      within(details).getByRole('button', {name: 'Run this and 1 that depends on it'}),
    ).toBeTruthy();
    fireEvent.click(within(details).getByRole('button', {name: 'Show the change'}));
    const dialog = await screen.findByRole('dialog', {name: /^Changes in analysis\/model.R since/});
    expect(await within(dialog).findByText(/\+x <- 2/)).toBeTruthy();
  });

  it('says where a change counts only as it is not known which code is used, and what would show it', async () => {
    const {desk, host} = renderApp();
    await button('Run 3 actions');
    act(() => selectAction(desk.store, 'model_primary'));
    const details = screen.getByRole('complementary', {name: 'Details'});
    const status = desk.store.getState().statuses.get('model_primary');
    if (status?.provenance.kind !== 'out-of-date') throw new Error('It is not out of date.');
    const [reason] = status.provenance.reasons;
    const words = /any change of code counts/;
    expect(details.textContent).not.toMatch(words);
    if (reason === undefined) throw new Error('No reason.');
    const reasons = [{...reason, foundBy: 'folder'} as const];
    act(() =>
      host.emit('statuses:changed', [{...status, provenance: {kind: 'out-of-date', reasons}}]),
    );
    await waitFor(() => expect(details.textContent).toMatch(words));
    fireEvent.click(within(details).getByRole('button', {name: 'mark it as up to date'}));
    expect(desk.store.getState().dialog).toEqual({
      kind: 'mark-up-to-date',
      actions: ['model_primary'],
    });
  });

  it('marks an action as up to date only with a reason', async () => {
    const {desk, host} = renderApp();
    await button('Run 3 actions');
    act(() => desk.store.setState({dialog: {kind: 'mark-up-to-date', actions: ['model_primary']}}));
    const mark = await button('Mark as up to date');
    expect(mark.hasAttribute('disabled')).toBe(true);
    fireEvent.change(screen.getByLabelText('Reason'), {target: {value: 'only comments'}});
    fireEvent.click(mark);
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'provenance:mark')?.arg).toEqual({
        action: 'model_primary',
        reason: 'only comments',
      }),
    );
  });

  it('keeps limits of one action in the units of docker run', async () => {
    const {desk, host} = renderApp();
    await button('Run 3 actions');
    act(() => selectAction(desk.store, 'model_primary'));
    fireEvent.click(await button('Change…'));
    fireEvent.change(screen.getByLabelText('Memory'), {target: {value: 'much'}});
    expect(screen.getByText('Enter an amount of memory, e.g. 8G or 512m')).toBeTruthy();
    expect((await button('Save')).hasAttribute('disabled')).toBe(true);
    fireEvent.change(screen.getByLabelText('Memory'), {target: {value: '8G'}});
    fireEvent.change(screen.getByLabelText('Time limit in minutes'), {target: {value: '30'}});
    fireEvent.click(await button('Save'));
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'plan:saveOverride')?.arg).toEqual({
        action: 'model_primary',
        override: {memoryBytes: 8 * 1024 ** 3, cpus: null, timeoutSeconds: 1800},
      }),
    );
    expect(await screen.findByText(/8 GB, 2 CPUs, 30 m at most/)).toBeTruthy();
  });

  it('lists outputs under their tiers and opens one, its tier always in view', async () => {
    renderApp({
      files: {'output/table_2.csv': {kind: 'table'}},
      tables: {
        'output/table_2.csv': {
          columns: [
            {name: 'age', type: 'text'},
            {name: 'n', type: 'integer'},
          ],
          rows: [
            ['18–39', '9'],
            ['40+', '12345678'],
            [null, '10'],
          ],
        },
      },
    });
    await button('Run 3 actions');
    press('o');
    const tree = await screen.findByRole('tree', {name: 'Outputs by tier'});
    expect(within(tree).getByRole('treeitem', {name: /^Highly sensitive ?1$/})).toBeTruthy();
    expect(within(tree).getByRole('treeitem', {name: /flow_\*\.txt ?none yet/})).toBeTruthy();
    fireEvent.click(within(tree).getByRole('treeitem', {name: /table_2\.csv/}));
    const file = await screen.findByRole('article', {name: 'output/table_2.csv'});
    expect(within(file).getByText('Moderately sensitive')).toBeTruthy();
    expect(await within(file).findByText('3 rows, 2 columns')).toBeTruthy();
    expect(within(file).queryByText(/can’t be seen/)).toBeNull();
    expect(within(file).getByRole('grid').getAttribute('aria-rowcount')).toBe('4');
    expect(await seriousFaults()).toEqual([]);
    press('Escape');
    await waitFor(() => expect(screen.queryByRole('article')).toBeNull());
  });

  it('filters the list by the query, says so, and clears it with Escape', async () => {
    const {desk} = renderApp();
    await button('Run 3 actions');
    act(() => desk.store.setState({query: 'stale'}));
    expect((await screen.findAllByText(/showing 2 of 4/i)).length).toBeGreaterThan(0);
    const tree = screen.getByRole('tree', {name: 'Actions by state'});
    expect(within(tree).queryByRole('treeitem', {name: /^flowchart/})).toBeNull();
    fireEvent.click(await button('More ways to run'));
    expect(screen.getByRole('menuitem', {name: 'Run 2 found'})).toBeTruthy();
    fireEvent.keyDown(screen.getByRole('menu'), {key: 'Escape'});
    press('Escape');
    expect(desk.store.getState().query).toBe('');
  });

  it('answers keys, but not while a text is typed', async () => {
    const {desk} = renderApp();
    await button('Run 3 actions');
    press('?');
    const keys = within(await screen.findByRole('dialog', {name: 'Keys'}));
    const keyOf = (what: string) => keys.getByText(what).closest('div')?.textContent;
    // those of the menu too
    expect(keyOf('Open a study…')).toBe('Open a study…Ctrl O');
    expect(keyOf('Larger text')).toBe('Larger textCtrl + or Ctrl =');
    expect(keyOf('Stop the run; asks first')).toBe('Stop the run; asks first.');
    act(() => desk.store.setState({dialog: null}));
    press('i');
    expect(desk.store.getState().centre).toEqual({kind: 'timeline'});
    press('k', {ctrlKey: true});
    const palette = await screen.findByRole('dialog', {name: 'Find anything'});
    const field = within(palette).getByRole('combobox');
    fireEvent.keyDown(field, {key: 'g'});
    expect(desk.store.getState().centre).toEqual({kind: 'timeline'});
    fireEvent.change(field, {target: {value: 'table_2'}});
    fireEvent.keyDown(field, {key: 'Enter'});
    expect(desk.store.getState().selection).toBe('table_2');

    // the scripts that run lines name are found too
    act(() =>
      desk.store.setState(({study}) =>
        study === null ? {} : {study: {...study, scripts: new Map([['a', 'analysis/cox.R']])}},
      ),
    );
    press('k', {ctrlKey: true});
    fireEvent.change(await screen.findByRole('combobox', {name: /^Find actions/}), {
      target: {value: 'cox'},
    });
    fireEvent.click(await screen.findByRole('option', {name: /cox\.R/}));
    await waitFor(() =>
      expect(desk.store.getState().centre).toMatchObject({path: 'analysis/cox.R'}),
    );
  });

  it('keeps view choices with the study', async () => {
    const {desk, host} = renderApp();
    await button('Run 3 actions');
    act(() => selectAction(desk.store, 'table_2'));
    press('o');
    await waitFor(() => {
      const saved = host.asked.filter(({name}) => name === 'view:save').at(-1)?.arg;
      expect(JSON.parse((saved as {readonly json: string}).json)).toMatchObject({
        selection: 'table_2',
        leftTab: 'outputs',
      });
    });
  });

  it('comes back to a start page that can be used when the study is closed', async () => {
    const {desk} = renderApp();
    await button('Run 3 actions');
    fireEvent.click(await button('covid-vaccine-outcomes'));
    fireEvent.click(screen.getByRole('menuitem', {name: 'Close this study'}));
    expect(await screen.findByText('Build and run OpenSAFELY studies')).toBeTruthy();
    expect(desk.store.getState().study).toBeNull();
    fireEvent.click(await button(/^Open a study…/));
    expect(await screen.findByRole('tree', {name: 'Actions by state'})).toBeTruthy();
  });

  it('keeps keys pressed in a dialog from the window behind it', async () => {
    const {desk} = renderApp();
    await button('Run 3 actions');
    act(() => {
      selectAction(desk.store, 'model_primary');
      desk.store.setState({centre: {kind: 'project-file', line: 1}});
      desk.store.setState({dialog: {kind: 'keys'}});
    });
    const dialog = await screen.findByRole('dialog', {name: 'Keys'});
    fireEvent.keyDown(within(dialog).getByRole('button', {name: 'Close'}), {key: 'r'});
    fireEvent.keyDown(within(dialog).getByRole('button', {name: 'Close'}), {key: 'Escape'});
    expect(desk.store.getState().plan.request).toBeNull();
    expect(desk.store.getState().centre).toEqual({kind: 'project-file', line: 1});
  });

  it('deletes outputs nothing makes any more only after showing which, and how much', async () => {
    const files = [
      {path: 'output/old.csv', size: 88_000, action: 'gone'},
      {path: 'output/older.csv', size: 12_000, action: 'gone'},
    ];
    const {desk, host} = renderApp({}, (fake) =>
      fake.answer('outputs:previewClear', async () => ({
        ok: true,
        value: {files},
      })),
    );
    await button('Run 3 actions');
    act(() => desk.store.setState({dialog: {kind: 'clear-outputs'}}));
    expect(await button('Delete 2 files, 100 kB')).toBeTruthy();
    fireEvent.click(screen.getByRole('checkbox', {name: /older/}));
    fireEvent.click(await button('Delete 1 file, 88 kB'));
    await waitFor(() =>
      expect(host.asked.find(({name}) => name === 'outputs:clear')?.arg).toEqual({
        paths: ['output/old.csv'],
      }),
    );
  });
});
