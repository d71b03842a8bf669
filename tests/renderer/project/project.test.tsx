import {act, cleanup, fireEvent, screen, waitFor} from '@testing-library/react';
import axe from 'axe-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {RunLineOutline} from '../../../renderer/inspector/RunLineOutline';
import {AddActionDialog} from '../../../renderer/project/AddActionDialog';
import {ProjectFileView} from '../../../renderer/project/ProjectFileView';
import {renderOverText, studyOf} from './projectDesk';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const TEXT = `version: 5
actions:
  extract:
    run: r:v2 extract.R "two words" ''
    config: {level: [1, 2]}
    needs: [extract]
    outputs:
      highly_sensitive:
        rows: out/rows.csv
`;
const VALID = TEXT.replace('    needs: [extract]\n', '');

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), {target: {value}});

describe('ProjectFileView', () => {
  it('shows the file read only, with a mark at each problem', async () => {
    renderOverText(TEXT, <ProjectFileView line={6} />);
    const editor = screen.getByRole('textbox', {name: 'project.yaml, read only'});
    expect(editor.textContent).toContain('run: r:v2 extract.R');
    expect(editor.getAttribute('aria-readonly')).toBe('true');
    await waitFor(() =>
      expect(document.querySelector('.cm-lintRange-error')?.textContent).toBe('extract'),
    );
    expect(document.querySelector('.cm-activeLine')?.textContent).toContain('needs');
  });

  it('follows the file as it changes', async () => {
    const {store} = renderOverText(TEXT, <ProjectFileView line={null} />);
    act(() => store.setState({study: studyOf(VALID, 2)}));
    await waitFor(() => expect(document.querySelector('.cm-lintRange-error')).toBeNull());
    expect(screen.getByRole('textbox').textContent).not.toContain('needs');
  });

  it('opens the editor where the cursor is', async () => {
    const {host} = renderOverText(TEXT, <ProjectFileView line={6} />);
    fireEvent.click(screen.getByRole('button', {name: 'Open in the editor'}));
    await waitFor(() => expect(host.asked.at(-1)?.arg).toEqual({path: 'project.yaml', line: 6}));
  });
});

describe('RunLineOutline', () => {
  it('lists image, arguments one by one and config', () => {
    const action = studyOf(VALID).project?.actions[0];
    if (action === undefined) throw new Error('The study is not valid.');
    renderOverText(VALID, <RunLineOutline action={action} />);
    expect(screen.getByText('r:v2')).toBeTruthy();
    expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
      'extract.R',
      'two words',
      '(empty)',
    ]);
    expect(JSON.parse(screen.getByLabelText('Config').textContent)).toEqual({level: [1, 2]});
  });
});

describe('AddActionDialog', () => {
  it('checks while one types, shows the change, writes it and selects the action', async () => {
    const close = vi.fn();
    const {store} = renderOverText(VALID, <AddActionDialog onClose={close} />);
    const next = screen.getByRole<HTMLButtonElement>('button', {name: 'Show the change…'});
    expect(next.disabled).toBe(true);
    type('Name', 'extract');
    expect(screen.getByText('There is an action of this name already.')).toBeTruthy();
    type('Name', 'table');
    type('Script and arguments', 'analysis/table.R');
    type('Needs', 'extract');
    type('Label', 'table');
    type('Path', 'out/table.CSV');
    expect(screen.getByText(/can not be moderately sensitive/)).toBeTruthy();
    expect(next.disabled).toBe(true);
    type('Path', 'out/table.csv');
    expect(next.disabled).toBe(false);
    fireEvent.click(next);
    const diff = await screen.findByLabelText('Changed lines');
    expect(diff.textContent).toContain('+    needs: [extract]');
    fireEvent.click(screen.getByRole('button', {name: 'Write to project.yaml'}));
    await waitFor(() => expect(close).toHaveBeenCalled());
    expect(store.getState().study?.project?.actions.map(({name}) => name)).toEqual([
      'extract',
      'table',
    ]);
    expect(store.getState().selection).toBe('table');
  });

  it('has nothing that axe finds serious', async () => {
    renderOverText(VALID, <AddActionDialog onClose={() => undefined} />);
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
