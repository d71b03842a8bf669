import {act, cleanup, fireEvent, screen, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {QueryBox} from '../../../renderer/query/QueryBox';
import {ActionTable} from '../../../renderer/table/ActionTable';
import {createDeskStore} from '../../../renderer/state/deskStore';
import {selectAction} from '../../../renderer/state/selection';
import {namesFound} from '../../../renderer/state/selectors';
import {graphStatuses, graphStudy, renderInDesk} from './graphDesk';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function type(text: string): void {
  fireEvent.change(screen.getByRole('combobox'), {target: {value: text}});
}

describe('QueryBox', () => {
  it('filters as you type and says how much is left', () => {
    const {store} = renderInDesk(<QueryBox onLeave={() => undefined} />);
    type('model_*');
    expect(store.getState().query).toBe('model_*');
    expect(screen.getByRole('status').textContent).toBe('showing 24 of 28');
    fireEvent.click(screen.getByRole('button', {name: 'Clear the filter'}));
    expect(store.getState().query).toBe('');
    expect(screen.getByRole('status').textContent).toBe('');
  });

  it('suggests, and takes a suggestion with the keyboard', async () => {
    const {store} = renderInDesk(<QueryBox onLeave={() => undefined} />);
    const box = screen.getByRole('combobox');
    box.focus();
    type('status:fai');
    const option = await screen.findByRole('option', {name: /failed/});
    fireEvent.keyDown(box, {key: 'ArrowDown'});
    expect(box.getAttribute('aria-activedescendant')).toBe(option.id);
    fireEvent.keyDown(box, {key: 'Enter'});
    expect(store.getState().query).toBe('status:failed ');
    expect(screen.getByRole('status').textContent).toBe('showing 1 of 28');
  });

  it('shows a mistake in its place, and filters nothing by it', () => {
    renderInDesk(<QueryBox onLeave={() => undefined} />);
    screen.getByRole('combobox').focus();
    type('teir:high');
    expect(screen.getByRole('combobox').getAttribute('aria-invalid')).toBe('true');
    expect(screen.getAllByText(/Did you mean ‘tier:’/)[0]).toBeTruthy();
  });

  it('goes on as before while a condition is half typed, so that no list is empty below its suggestions', () => {
    const {store} = renderInDesk(<QueryBox onLeave={() => undefined} />);
    type('statu');
    expect(namesFound(store.getState())).toBeNull();
    type('status:failed');
    expect(namesFound(store.getState())?.size).toBe(1);
    type('status:failed ima');
    expect(namesFound(store.getState())?.size).toBe(1);
  });

  it('filters nothing by a mistake that began as a word that fits nothing', () => {
    const {store} = renderInDesk(<QueryBox onLeave={() => undefined} />);
    type('model_9');
    type('xxx');
    expect(namesFound(store.getState())?.size).toBe(0);
    type('status:faild');
    expect(screen.getByRole('combobox').getAttribute('aria-invalid')).toBe('true');
    expect(namesFound(store.getState())).toBeNull();
  });

  it('keeps the filter while the next condition is being typed', () => {
    renderInDesk(<QueryBox onLeave={() => undefined} />);
    type('model_*');
    type('model_* not');
    expect(screen.getByRole('status').textContent).toMatch(/^showing 24 of 28/);
    expect(screen.getByRole('combobox').getAttribute('aria-invalid')).toBe('true');
    type('model_* not model_7');
    expect(screen.getByRole('status').textContent).toBe('showing 23 of 28');
  });

  it('goes to the first match on Enter, wherever it is folded away', () => {
    const {store} = renderInDesk(<QueryBox onLeave={() => undefined} />);
    type('del_7');
    fireEvent.keyDown(screen.getByRole('combobox'), {key: 'Enter'});
    expect(store.getState().selection).toBe('model_7');
  });

  it('steps out with Escape: the list, then the text', async () => {
    const {store} = renderInDesk(<QueryBox onLeave={() => undefined} />);
    const box = screen.getByRole('combobox');
    box.focus();
    type('mod');
    await screen.findAllByRole('option');
    fireEvent.keyDown(box, {key: 'Escape'});
    expect(screen.queryAllByRole('option')).toEqual([]);
    expect(store.getState().query).toBe('mod');
    fireEvent.keyDown(box, {key: 'Escape'});
    expect(store.getState().query).toBe('');
  });
});

describe('ActionTable', () => {
  const names = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map((row) => within(row).getAllByRole('gridcell')[0]?.textContent);

  const table = () => screen.getByRole('treegrid', {name: 'Actions'});
  const heading = () => screen.getByRole('row', {name: /^model_\* ?×/});
  const unfold = () => {
    const arrow = heading().querySelector('[data-fold]');
    if (arrow === null) throw new Error('There is no arrow.');
    fireEvent.click(arrow);
  };

  it('lists the actions in file order, like ones as one row that says how they stand', () => {
    renderInDesk(<ActionTable />);
    expect(names()).toEqual(['extract', 'clean', 'model_*× 24', 'report', 'flow chart']);
    expect(screen.getByText('28 actions')).toBeTruthy();
    expect(table().getAttribute('aria-rowcount')).toBe('6');
    expect(heading().getAttribute('aria-expanded')).toBe('false');
    expect(within(heading()).getByText('1 failed, 23 up to date')).toBeTruthy();
  });

  it('unfolds like actions by their arrow, and keeps it', async () => {
    const {store} = renderInDesk(<ActionTable />);
    unfold();
    expect(heading().getAttribute('aria-expanded')).toBe('true');
    expect(table().getAttribute('aria-rowcount')).toBe('30');
    const row = await screen.findByRole('row', {name: /^model_3/});
    expect(row.getAttribute('aria-level')).toBe('2');
    expect(within(row).getByText('model_3')).toBeTruthy();
    // nothing is selected by that
    expect(store.getState().selection).toBeNull();
    cleanup();
    renderInDesk(<ActionTable />, store);
    expect(heading().getAttribute('aria-expanded')).toBe('true');
  });

  it('selects like actions by their heading, with mouse and keyboard', () => {
    const {store} = renderInDesk(<ActionTable />);
    const key = (name: string, more = {}) => fireEvent.keyDown(table(), {key: name, ...more});
    fireEvent.click(within(heading()).getByText('model_*'));
    expect([...store.getState().picked]).toHaveLength(24);
    expect(store.getState().selection).toBe('model_7');
    expect(heading().getAttribute('aria-selected')).toBe('true');
    expect(heading().getAttribute('aria-expanded')).toBe('false');

    key('ArrowRight');
    expect(heading().getAttribute('aria-expanded')).toBe('true');
    key('ArrowDown');
    expect(store.getState().selection).toBe('model_1');
    expect([...store.getState().picked]).toEqual([]);
    key('ArrowDown', {shiftKey: true});
    key('ArrowDown', {shiftKey: true});
    expect([...store.getState().picked]).toEqual(['model_1', 'model_2', 'model_3']);
    key('Home');
    key('ArrowDown');
    expect(store.getState().selection).toBe('clean');
    key('ArrowDown');
    expect([...store.getState().picked]).toHaveLength(24);
    expect(table().getAttribute('aria-activedescendant')).toBe(heading().id);
    key('ArrowLeft');
    expect(heading().getAttribute('aria-expanded')).toBe('false');
    key('Enter');
    expect(heading().getAttribute('aria-expanded')).toBe('true');
    key('Enter');
    key('ArrowDown');
    expect(store.getState().selection).toBe('report');
    key('ArrowUp', {shiftKey: true});
    expect([...store.getState().picked]).toHaveLength(25);
    // selected elsewhere, an action is shown among its like
    act(() => selectAction(store, 'model_2'));
    expect(heading().getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByRole('row', {name: /^model_2 /}).getAttribute('aria-selected')).toBe('true');
    key('ArrowDown');
    expect(store.getState().selection).toBe('model_3');
  });

  it('sorts by a column and back', () => {
    renderInDesk(<ActionTable />);
    const header = screen.getByRole('button', {name: /^Action/});
    fireEvent.click(header);
    expect(names()).toEqual(['clean', 'extract', 'flow chart', 'model_*× 24', 'report']);
    expect(screen.getByRole('columnheader', {name: /^Action/}).getAttribute('aria-sort')).toBe(
      'ascending',
    );
    fireEvent.click(header);
    expect(names()[0]).toBe('report');
    fireEvent.click(header);
    expect(names()[0]).toBe('extract');
  });

  it('shows the columns the user chose', () => {
    renderInDesk(<ActionTable />);
    expect(screen.queryByRole('columnheader', {name: 'Image'})).toBeNull();
    fireEvent.click(screen.getByRole('button', {name: 'Columns'}));
    fireEvent.click(screen.getByRole('menuitem', {name: 'Image'}));
    expect(screen.getByRole('columnheader', {name: 'Image'})).toBeTruthy();
    fireEvent.click(screen.getByRole('button', {name: 'Columns'}));
    fireEvent.click(screen.getByRole('menuitem', {name: /^Needs/}));
    expect(screen.queryByRole('columnheader', {name: 'Needs'})).toBeNull();
  });

  it('says why, beside the state, and sorts by it', () => {
    const statuses = new Map(graphStatuses());
    const stale = statuses.get('clean');
    if (stale === undefined) throw new Error('There is no such action.');
    const reasons = [
      {kind: 'code', message: '`a.R` changed', path: 'a.R', changedAt: null},
    ] as const;
    statuses.set('clean', {...stale, provenance: {kind: 'out-of-date', reasons}});
    renderInDesk(<ActionTable />, createDeskStore({study: graphStudy(), statuses}));
    const why = screen.getAllByRole('columnheader').findIndex((head) => head.textContent === 'Why');
    const cells = within(screen.getByRole('row', {name: /^clean/})).getAllByRole('gridcell');
    expect([cells[1], cells[why]].map((cell) => cell?.textContent)).toEqual([
      'Out of date',
      'a.R changed',
    ]);
    fireEvent.click(screen.getByRole('button', {name: 'Why'}));
    expect(names()[0]).toBe('clean');
  });

  it('leaves columns out that have nothing to say of any action, and says so in their menu', () => {
    const {store} = renderInDesk(<ActionTable />, createDeskStore({study: graphStudy()}));
    const heads = () => screen.getAllByRole('columnheader').map(({textContent}) => textContent);
    expect(heads()).toEqual(['Action', 'State', 'Needs']);
    fireEvent.click(screen.getByRole('button', {name: 'Columns'}));
    expect(screen.getByRole('menuitem', {name: /^Duration/}).textContent).toBe(
      'Durationnothing yet',
    );
    act(() => store.setState({statuses: graphStatuses()}));
    expect(heads()).toContain('Duration');
    // a filter takes no column away
    act(() => store.setState({query: 'status:never-run'}));
    expect(heads()).toContain('Duration');
  });

  it('shares selection and filter', () => {
    const {store} = renderInDesk(<ActionTable />);
    fireEvent.click(screen.getByText('clean'));
    expect(store.getState().selection).toBe('clean');
    fireEvent.keyDown(table(), {key: 'ArrowUp'});
    expect(store.getState().selection).toBe('extract');
    act(() => store.setState({query: 'status:failed'}));
    expect(names()).toEqual(['model_7']);
    expect(screen.getByText('showing 1 of 28')).toBeTruthy();
    act(() => store.setState({query: 'model_1*'}));
    // a part of the group, so that what is found in it is seen
    expect(names().slice(0, 3)).toEqual(['model_*× 11', 'model_1', 'model_10']);
    expect(screen.getByText('showing 11 of 28')).toBeTruthy();
    act(() => store.setState({query: 'nothing_of_the_kind'}));
    expect(screen.getByText('No matches.')).toBeTruthy();
  });

  it('has nothing serious for axe', async () => {
    const {container, store} = renderInDesk(
      <>
        <QueryBox onLeave={() => undefined} />
        <ActionTable />
      </>,
      createDeskStore({study: graphStudy(), statuses: graphStatuses()}),
    );
    act(() => selectAction(store, 'clean'));
    unfold();
    const {violations} = await axe.run(container, {rules: {'color-contrast': {enabled: false}}});
    const serious = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({id, nodes}) => [id, nodes.map(({html}) => html)])).toEqual([]);
    // axe looks at every element; two busy cores need a while
  }, 30_000);
});
