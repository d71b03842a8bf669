import {act, cleanup, fireEvent, screen, waitFor} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {GraphView} from '../../../renderer/graph/GraphView';
import {createDeskStore} from '../../../renderer/state/deskStore';
import {selectAction} from '../../../renderer/state/selection';
import {jobOf, statusOf} from '../../unit/graph/statusOf';
import {graphStatuses, graphStudy, renderInDesk} from './graphDesk';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const node = (name: RegExp) => screen.findByRole('button', {name});

/** The tone of a node, a class of the element around it. */
function toneOf(element: HTMLElement): string {
  const classes = element.closest('.react-flow__node')?.className ?? '';
  return /(faint|lineage)/.exec(classes)?.[0] ?? 'plain';
}

describe('GraphView', () => {
  it('shows like actions as one group, each node with all it says', async () => {
    renderInDesk(<GraphView />);
    expect(
      await node(/^extract, Up to date, r:v2, 1 m 12 s, 1 highly sensitive, needs 0, needed by 2$/),
    ).toBeTruthy();
    expect(
      await node(
        /^model_\*, group of 24 actions, r:v2, 1 failed, 23 up to date, took .+ in all, 24 highly sensitive$/,
      ),
    ).toBeTruthy();
    expect(screen.queryByRole('button', {name: /^model_1,/})).toBeNull();
  });

  it('shows what the node under the pointer is about, and changes nothing while the view is dragged', async () => {
    const {container} = renderInDesk(<GraphView />);
    const [clean, extract] = [await node(/^clean,/), await node(/^extract,/)];
    const tip = () => container.querySelector('p[aria-hidden]:not([hidden])')?.textContent;
    const point = (type: string, at: HTMLElement, buttons: number) =>
      fireEvent(at, new MouseEvent(type, {bubbles: true, buttons}));
    point('pointerover', clean, 0);
    const shown = tip();
    expect(shown).toMatch(/^clean/);
    point('pointerover', extract, 1);
    expect(tip()).toBe(shown);
    point('pointerup', extract, 0);
    expect(tip()).toMatch(/^extract/);
  });

  it('shows a new state without a new layout', async () => {
    const {store} = renderInDesk(<GraphView />);
    const before = (await node(/^clean,/)).closest('.react-flow__node')?.getAttribute('style');
    act(() => {
      const statuses = new Map(store.getState().statuses);
      statuses.set('clean', statusOf('clean', {lastJob: jobOf('nonzero_exit', {exitCode: 2})}));
      store.setState({statuses});
    });
    const after = await node(/^clean, Failed, r:v2, exit 2/);
    expect(after.closest('.react-flow__node')?.getAttribute('style')).toBe(before);
  });

  it('selects on a click, and shows a selection made elsewhere', async () => {
    const {store} = renderInDesk(<GraphView />);
    fireEvent.click(await node(/^clean,/));
    expect(store.getState().selection).toBe('clean');
    act(() => selectAction(store, 'model_3'));
    expect(await node(/^model_\*, group .*selected: model_3$/)).toBeTruthy();
    expect((await node(/^clean,/)).getAttribute('aria-pressed')).toBe('false');
  });

  it('unfolds a group into all its members and remembers it', async () => {
    const {store} = renderInDesk(<GraphView />);
    fireEvent.click(await node(/^model_\*, group/));
    // a click selects all of it, the arrow unfolds
    expect([...store.getState().picked]).toHaveLength(24);
    expect(store.getState().folds.size).toBe(0);
    fireEvent.click(screen.getByRole('button', {name: 'Unfold model_*'}));
    expect([...store.getState().folds.values()]).toEqual([false]);
    const list = await screen.findByRole('listbox', {name: '24 actions of model_*'});
    fireEvent.keyDown(list, {key: 'End'});
    expect(store.getState().selection).toBe('model_24');
    expect(screen.getByRole('option', {name: 'model_24, Up to date'})).toBeTruthy();
    fireEvent.click(screen.getByRole('button', {name: /^Fold model_\*/}));
    expect(store.getState().folds.size).toBe(0);
  });

  it('unfolds and folds all', async () => {
    const {store} = renderInDesk(<GraphView />);
    fireEvent.click(await screen.findByRole('button', {name: 'Unfold all'}));
    expect(store.getState().folds.size).toBe(1);
    fireEvent.click(await screen.findByRole('button', {name: 'Fold all'}));
    expect(store.getState().folds.size).toBe(0);
  });

  it('walks along the edges with the arrows, the keyboard on the node', async () => {
    const {store} = renderInDesk(<GraphView />);
    const extract = await node(/^extract,/);
    extract.focus();
    fireEvent.keyDown(extract, {key: 'ArrowRight'});
    const first = document.activeElement;
    expect(store.getState().selection).toMatch(/^(clean|flow chart)$/);
    expect(first?.getAttribute('data-node')).toBe(`action:${store.getState().selection ?? ''}`);
    fireEvent.keyDown(first ?? extract, {key: 'ArrowLeft'});
    expect(store.getState().selection).toBe('extract');
  });

  it('has one node in the order of Tab', async () => {
    renderInDesk(<GraphView />);
    await node(/^extract,/);
    const stops = [...document.querySelectorAll('[data-node]')].filter(
      (each) => each.getAttribute('tabindex') === '0',
    );
    expect(stops).toHaveLength(1);
  });

  it('never takes the keyboard for a selection made elsewhere', async () => {
    const {store} = renderInDesk(
      <>
        <input aria-label="elsewhere" />
        <GraphView />
      </>,
    );
    await node(/^extract,/);
    screen.getByRole('textbox').focus();
    act(() => selectAction(store, 'report'));
    expect(document.activeElement).toBe(screen.getByRole('textbox'));
  });

  it('takes the keyboard along to a selection made elsewhere where it is in the graph', async () => {
    const {store} = renderInDesk(<GraphView />);
    const extract = await node(/^extract,/);
    extract.focus();
    act(() => selectAction(store, 'report'));
    expect(document.activeElement?.getAttribute('data-node')).toBe('action:report');
  });

  it('focuses on the selection with counted stubs, and opens them', async () => {
    const {store} = renderInDesk(<GraphView />);
    await node(/^extract,/);
    act(() => selectAction(store, 'clean'));
    fireEvent.keyDown(window, {key: 'f'});
    await waitFor(() => expect(screen.queryByRole('button', {name: /^report,/})).toBeNull());
    const stubs = await screen.findAllByRole('button', {name: 'Show 1 hidden action downstream'});
    expect(stubs).toHaveLength(2);
    fireEvent.click(stubs[0] ?? window);
    expect(await node(/^(report|flow chart),/)).toBeTruthy();
    fireEvent.keyDown(window, {key: 'f'});
    expect(await node(/^report,/)).toBeTruthy();
  });

  it('highlights one side of the selection on u and d', async () => {
    const {store} = renderInDesk(<GraphView />);
    await node(/^extract,/);
    act(() => selectAction(store, 'clean'));
    const tone = (name: RegExp) => toneOf(screen.getByRole('button', {name}));
    expect([tone(/^extract,/), tone(/^report,/), tone(/^flow chart,/)]).toEqual([
      'lineage',
      'lineage',
      'plain',
    ]);
    fireEvent.keyDown(window, {key: 'u'});
    expect([tone(/^extract,/), tone(/^report,/)]).toEqual(['lineage', 'plain']);
    fireEvent.keyDown(window, {key: 'd'});
    expect([tone(/^extract,/), tone(/^report,/)]).toEqual(['plain', 'lineage']);
    fireEvent.keyDown(window, {key: 'd'});
    expect([tone(/^extract,/), tone(/^report,/)]).toEqual(['lineage', 'lineage']);
  });

  it('fades what the query leaves out', async () => {
    const {store} = renderInDesk(<GraphView />);
    await node(/^extract,/);
    act(() => store.setState({query: 'model_7'}));
    expect(toneOf(await node(/^extract,/))).toBe('faint');
    expect(toneOf(await node(/^model_\*, group/))).toBe('plain');
  });

  it('says that the graph is from before while project.yaml is broken', async () => {
    renderInDesk(
      <GraphView />,
      createDeskStore({
        study: graphStudy({broken: true, fromBefore: true}),
        statuses: graphStatuses(),
      }),
    );
    expect(await screen.findByText(/this graph is from before/)).toBeTruthy();
  });

  it.each([
    ['Graphviz (DOT)…', 'one-graph.dot', /^digraph "one"/],
    ['Mermaid text…', 'one-graph.mmd', /^flowchart LR/],
    ['Picture (SVG)…', 'one-graph.svg', /^<svg xmlns/],
  ])('exports %s', async (label, name, content) => {
    const {exported} = renderInDesk(<GraphView />);
    await node(/^extract,/);
    fireEvent.click(screen.getByRole('button', {name: 'Export the graph'}));
    fireEvent.click(screen.getByRole('menuitem', {name: label}));
    await waitFor(() => expect(exported).toHaveLength(1));
    expect(exported[0]?.suggestedName).toBe(name);
    expect(exported[0]?.content).toMatch(content);
    if (name.endsWith('.svg')) {
      const parsed = new DOMParser().parseFromString(String(exported[0]?.content), 'image/svg+xml');
      expect(parsed.querySelector('parsererror')).toBeNull();
    }
  });

  it('has nothing serious for axe', async () => {
    const {container} = renderInDesk(<GraphView />);
    const group = await node(/^model_\*, group/);
    group.focus();
    fireEvent.keyDown(group, {key: 'Enter'});
    await screen.findByRole('listbox');
    const {violations} = await axe.run(container, {rules: {'color-contrast': {enabled: false}}});
    const serious = violations.filter(({impact}) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({id, nodes}) => [id, nodes.map(({html}) => html)])).toEqual([]);
    // axe looks at every element; two busy cores need a while
  }, 30_000);
});
