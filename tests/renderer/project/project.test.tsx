import {act, cleanup, fireEvent, screen, waitFor} from '@testing-library/react';
import axe from 'axe-core';
import {EditorView} from '@codemirror/view';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {RunLineOutline} from '../../../renderer/inspector/RunLineOutline';
import {AddActionDialog} from '../../../renderer/project/AddActionDialog';
import {ProblemsPanel} from '../../../renderer/problems/ProblemsPanel';
import {CodeFileView} from '../../../renderer/project/CodeFileView';
import {drafting, keepCodeInStep, readCode} from '../../../renderer/state/drafts';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {studyOf} from '../studyOf';
import {renderOverText} from './projectDesk';

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

describe('project.yaml in the window', () => {
  it('shows the file, with a mark at each problem', async () => {
    renderOverText(TEXT, <CodeFileView path="project.yaml" line={6} />);
    const editor = screen.getByRole('textbox', {name: 'project.yaml'});
    expect(editor.textContent).toContain('run: r:v2 extract.R');
    await waitFor(() =>
      expect(document.querySelector('.cm-lintRange-error')?.textContent).toBe('extract'),
    );
    expect(document.querySelector('.cm-activeLine')?.textContent).toContain('needs');
  });

  it('follows the file as it changes', async () => {
    const {store} = renderOverText(TEXT, <CodeFileView path="project.yaml" line={null} />);
    act(() => store.setState({study: studyOf(VALID, 2)}));
    await waitFor(() => expect(document.querySelector('.cm-lintRange-error')).toBeNull());
    expect(screen.getByRole('textbox').textContent).not.toContain('needs');
  });

  it('opens the editor where the cursor is', async () => {
    const {host} = renderOverText(TEXT, <CodeFileView path="project.yaml" line={6} />);
    fireEvent.click(screen.getByRole('button', {name: 'Open in editor'}));
    await waitFor(() => expect(host.asked.at(-1)?.arg).toEqual({path: 'project.yaml', line: 6}));
  });
});

/** Types at the end of the text, as the editor's own keys would. */
const typeIntoEditor = (insert: string) =>
  act(() => {
    const dom = document.querySelector<HTMLElement>('.cm-editor');
    const view = dom === null ? null : EditorView.findFromDOM(dom);
    view?.dispatch({changes: {from: view.state.doc.length, insert}, userEvent: 'input.type'});
  });

describe('project.yaml edited in the window', () => {
  const save = () => screen.getByRole<HTMLButtonElement>('button', {name: 'Save'});

  it('finds problems while one types, and writes what was typed with the line ends of the file', async () => {
    const file = `\ufeff${VALID.replaceAll('\n', '\r\n')}`;
    const {store} = renderOverText(
      file,
      <>
        <CodeFileView path="project.yaml" line={null} />
        <ProblemsPanel />
      </>,
    );
    expect(screen.getByRole('textbox').getAttribute('aria-readonly')).toBeNull();
    expect(screen.getByText('No problems')).toBeTruthy();
    expect(save().disabled).toBe(true);
    typeIntoEditor('  extract:\n');
    await screen.findByText(/Not saved · \d error/);
    expect(document.querySelector('.cm-lintRange-error')?.textContent).toBe('extract');
    expect(store.getState().study?.reading.valid).toBe(true);
    // the list is of the file on disk, and does not deny what is found here
    expect(screen.getByText('No problems in the file on disk')).toBeTruthy();
    expect(screen.getByText(/^What is being edited, not saved yet, has 1 error/)).toBeTruthy();
    fireEvent.click(save());
    await screen.findByText(/^Saved · \d error/);
    expect(store.getState().study?.text).toBe(`${file}  extract:\r\n`);
  });

  it('keeps what was typed and can be undone while another view is in its place', async () => {
    const {store, show} = renderOverText(VALID, <CodeFileView path="project.yaml" line={null} />);
    typeIntoEditor('# mine');
    show(null);
    show(<CodeFileView path="project.yaml" line={null} />);
    expect(screen.getByRole('textbox').textContent).toContain('# mine');
    fireEvent.keyDown(screen.getByRole('textbox'), {key: 'z', code: 'KeyZ', ctrlKey: true});
    await waitFor(() => expect(store.getState().drafts.get('project.yaml')?.text).toBe(VALID));
  });

  it('says that the file was changed on disk, writes nothing, and offers both', async () => {
    const {store, host} = renderOverText(VALID, <CodeFileView path="project.yaml" line={null} />);
    typeIntoEditor('# mine\n');
    act(() => store.setState({study: studyOf(`# theirs\n${VALID}`, 2)}));
    const notice = await screen.findByRole('alert');
    expect(notice.textContent).toContain('project.yaml was changed on disk');
    expect(save().disabled).toBe(true);
    fireEvent.click(screen.getByRole('button', {name: 'Show change'}));
    expect(screen.getByLabelText('Changed lines').textContent).toContain('+# theirs');
    fireEvent.click(screen.getByRole('button', {name: 'Close'}));
    fireEvent.click(screen.getByRole('button', {name: 'Keep mine'}));
    expect(host.asked.some(({name}) => name === 'project:apply')).toBe(false);
    fireEvent.click(save());
    await waitFor(() => expect(store.getState().study?.text).toBe(`${VALID}# mine\n`));
  });

  it('finds out at saving that the file is another on disk', async () => {
    const {store, host} = renderOverText(VALID, <CodeFileView path="project.yaml" line={null} />);
    host.answer('project:apply', async () => err(appError('invalid-request', 'Changed.')));
    host.answer('project:reload', async () => ok(studyOf(`# theirs\n${VALID}`, 2)));
    typeIntoEditor('# mine\n');
    fireEvent.click(save());
    await screen.findByText(/changed on disk/);
    expect(store.getState().error).toBeNull();
    fireEvent.click(screen.getByRole('button', {name: 'Load from disk'}));
    expect(screen.getByRole('textbox').textContent).toContain('# theirs');
    expect(screen.getByRole('textbox').textContent).not.toContain('# mine');
  });

  it('makes a fix in the text, from the light bulb and by key', async () => {
    const {store, host} = renderOverText(
      `# ok\r\n${VALID.replace('highly_sensitive', 'highly_sensitve')}`,
      <CodeFileView path="project.yaml" line={8} />,
    );
    const editor = screen.getByRole('textbox');
    await waitFor(() => expect(document.querySelector('.cm-lintRange-error')).not.toBeNull());
    const bulbs = [...document.querySelectorAll<HTMLElement>('.cm-fixes .cm-gutterElement')];
    // the first one only holds the column open
    expect(bulbs.slice(1).filter((line) => line.querySelector('svg') !== null)).toHaveLength(1);
    fireEvent.keyDown(editor, {key: '.', ctrlKey: true});
    await waitFor(() =>
      expect(store.getState().drafts.get('project.yaml')?.text).toContain('highly_sensitive'),
    );
    expect(store.getState().drafts.get('project.yaml')?.text.startsWith('# ok\r\n')).toBe(true);
    expect(host.asked.some(({name}) => name === 'project:apply')).toBe(false);
  });

  it('underlines words alone, never the blanks before or after them', async () => {
    const text = VALID.replace(
      '    run: r:v2 extract.R "two words" \'\'',
      '    run:\n      - 1   ',
    );
    renderOverText(text, <CodeFileView path="project.yaml" line={null} />);
    await waitFor(() => expect(document.querySelector('.cm-lintRange-error')).not.toBeNull());
    for (const mark of document.querySelectorAll('.cm-lintRange'))
      expect(mark.textContent).toBe(mark.textContent.trim());
  });
});

describe('code files that were opened', () => {
  it('are read again as files change while they are shown, edited or followed, no longer', async () => {
    const {store, host} = renderOverText(VALID, null);
    host.answer('project:readCode', async ({path}) => ok({text: path, readOnly: null}));
    for (const path of ['shown.py', 'edited.py', 'followed.py', 'closed.R'])
      await readCode({store, host}, path);
    store.setState((state) => ({
      centre: {kind: 'code-file', path: 'shown.py', line: null},
      ...drafting(state, 'edited.py', {text: 'mine'}),
    }));
    const stop = keepCodeInStep({store, host}, (_, path) => path === 'followed.py');
    const before = host.asked.length;
    host.emit('git:changed', null);
    expect(host.asked.slice(before).map(({arg}) => arg)).toEqual([
      {path: 'shown.py'},
      {path: 'edited.py'},
      {path: 'followed.py'},
    ]);
    stop();
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
    expect(screen.getByText('An action already has this name.')).toBeTruthy();
    type('Name', 'table');
    type('Script and arguments', 'analysis/table.R');
    type('Needs', 'extract');
    type('Label', 'table');
    type('Path', 'out/table.CSV');
    expect(screen.getByText(/can't be moderately sensitive/)).toBeTruthy();
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
