import {act, cleanup, fireEvent, screen, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {QueryBox} from '../../../renderer/query/QueryBox';
import {ActionTable} from '../../../renderer/table/ActionTable';
import {createDeskStore, selectAction} from '../../../renderer/state/deskStore';
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

  it('filters nothing by a mistake that began as a word that fits nothing', () => {
    const {store} = renderInDesk(<QueryBox onLeave={() => undefined} />);
    type('statu');
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

  it('lists the actions in file order, and only as many as are seen', () => {
    renderInDesk(<ActionTable />);
    expect(names().slice(0, 3)).toEqual(['extract', 'clean', 'model_1']);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('29');
  });

  it('sorts by a column and back', () => {
    renderInDesk(<ActionTable />);
    const header = screen.getByRole('button', {name: /^Action/});
    fireEvent.click(header);
    expect(names().slice(0, 3)).toEqual(['clean', 'extract', 'flow chart']);
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
    fireEvent.keyDown(screen.getByRole('grid'), {key: 'ArrowDown'});
    expect(store.getState().selection).toBe('model_1');
    act(() => store.setState({query: 'status:failed'}));
    expect(names()).toEqual(['model_7']);
    expect(screen.getByText('showing 1 of 28')).toBeTruthy();
    act(() => store.setState({query: 'nothing_of_the_kind'}));
    expect(screen.getByText('No action matches the filter.')).toBeTruthy();
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
    const {violations} = await axe.run(container, {rules: {'color-contrast': {enabled: false}}});
    const serious = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({id, nodes}) => [id, nodes.map(({html}) => html)])).toEqual([]);
    // axe looks at every element; two busy cores need a while
  }, 30_000);
});
