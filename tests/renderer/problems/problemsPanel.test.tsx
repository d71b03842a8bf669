import {cleanup, fireEvent, screen, waitFor, within} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {ProblemsPanel} from '../../../renderer/problems/ProblemsPanel';
import {runCommand} from '../../../renderer/commands/commands';
import {renderOverText} from '../project/projectDesk';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const TEXT = `version: 4
actions:
  extract:
    run: r:v2 extract.R
    outputs:
      highly_sensitive:
        rows: out/rows.csv
  model:
    run: r:v2 model.R
    needs: [extrat]
    outputs:
      moderately_sensitive:
        table: out/table.CSV
`;

const rows = () => screen.getAllByRole('treeitem').map((row) => row.textContent);

describe('ProblemsPanel', () => {
  it('lists errors first, then by line, each with severity, rule and place', () => {
    renderOverText(TEXT, <ProblemsPanel />);
    expect(rows()).toEqual([
      'Error:model needs extrat, which is not an action of this file.E-NEEDS-UNKNOWN10:13',
      "Error:out/table.CSV can't be moderately sensitive: .CSV files can't be released.E-PATH-L4TYPE13:16",
      'Warning:project.yaml uses version 4; the latest is 5.W-OLD-VERSION1:10',
    ]);
  });

  it('narrows the list by words and by severity, and says so', () => {
    renderOverText(TEXT, <ProblemsPanel />);
    fireEvent.change(screen.getByRole('searchbox', {name: 'Filter problems'}), {
      target: {value: 'model needs'},
    });
    expect(rows()).toHaveLength(1);
    expect(screen.getByRole('status').textContent).toBe('Showing 1 of 3');
    fireEvent.click(screen.getByRole('button', {name: '2 errors'}));
    expect(screen.queryAllByRole('treeitem')).toHaveLength(0);
  });

  it('walks by F8 and back by Shift F8, showing each in the file', () => {
    const {store} = renderOverText(TEXT, <ProblemsPanel />);
    const lineAfter = (shiftKey: boolean) => {
      fireEvent.keyDown(window, {key: 'F8', shiftKey});
      const {centre} = store.getState();
      return centre.kind === 'project-file' ? centre.line : null;
    };
    expect([false, false, false, false].map(lineAfter)).toEqual([10, 13, 1, 10]);
    expect([true, true].map(lineAfter)).toEqual([1, 13]);
  });

  it('is walked in the same order while it is not on screen', () => {
    const {store, host} = renderOverText(TEXT, <></>);
    const lineAfter = (id: 'next-problem' | 'previous-problem') => {
      runCommand({store, host}, id);
      const {centre} = store.getState();
      return centre.kind === 'project-file' ? centre.line : null;
    };
    const steps = ['next-problem', 'next-problem', 'next-problem', 'next-problem'] as const;
    expect(steps.map(lineAfter)).toEqual([10, 13, 1, 10]);
    expect(lineAfter('previous-problem')).toBe(1);
  });

  it('selects the action of a problem, tells why it matters and opens the editor at its line', async () => {
    const {host} = renderOverText(TEXT, <ProblemsPanel />);
    fireEvent.click(screen.getByText(/needs/));
    const details = within(screen.getByRole('region', {name: 'Problem'}));
    expect(details.getByText('An action can only need actions of this file.')).toBeTruthy();
    expect(details.getByText(/^Did you mean/).textContent).toBe('Did you mean extract?');
    fireEvent.click(details.getByRole('button', {name: 'Open in editor'}));
    await waitFor(() =>
      expect(host.asked.at(-1)).toEqual({
        name: 'project:openInEditor',
        arg: {path: 'project.yaml', line: 10},
      }),
    );
  });

  it('shows what a quick fix changes, then makes the change and nothing else', async () => {
    const {store} = renderOverText(TEXT, <ProblemsPanel />);
    fireEvent.click(screen.getByText(/needs/));
    fireEvent.click(screen.getByRole('button', {name: 'Change to extract…'}));
    const diff = await screen.findByLabelText('Changed lines');
    expect(diff.textContent).toContain('-    needs: [extrat]\n+    needs: [extract]');
    expect(store.getState().study?.text).toBe(TEXT);
    fireEvent.click(screen.getByRole('button', {name: 'Write to project.yaml'}));
    await waitFor(() =>
      expect(store.getState().study?.text).toBe(TEXT.replace('extrat', 'extract')),
    );
    expect(rows()).toHaveLength(2);
  });

  it('says when there is nothing wrong', () => {
    renderOverText('version: 5\nactions: {}\n', <ProblemsPanel />);
    expect(screen.getByText('No problems')).toBeTruthy();
  });

  it('has nothing that axe finds serious', async () => {
    renderOverText(TEXT, <ProblemsPanel />);
    fireEvent.click(screen.getByText(/needs/));
    const {violations} = await axe.run(document.body, {
      rules: {'color-contrast': {enabled: false}, region: {enabled: false}},
    });
    expect(
      violations
        .filter(({impact}) => impact === 'serious' || impact === 'critical')
        .map(({id}) => id),
    ).toEqual([]);
  });
});
