import {describe, expect, it} from 'vitest';
import {
  changedOnDisk,
  closingFile,
  drafting,
  draftsAfter,
  isUnsaved,
  keepingMine,
  loadingDisk,
} from '../../../renderer/state/drafts';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {ok} from '../../../shared/result';
import {studyOf} from '../../renderer/studyOf';

const TEXT = 'version: 5\nactions: {}\n';
const SCRIPT = 'analysis/model.py';

/** What the file holds on disk from now on. */
function onDisk(state: DeskState, path: string, text: string): DeskState {
  if (path === 'project.yaml') return {...state, study: studyOf(text, 2)};
  return {...state, codeFiles: new Map(state.codeFiles).set(path, ok({text, readOnly: null}))};
}

function opened(path: string): DeskState {
  const state = createDeskStore({
    study: studyOf(TEXT),
    centre:
      path === 'project.yaml'
        ? {kind: 'project-file', line: null}
        : {kind: 'code-file', path, line: null},
  }).getState();
  return path === 'project.yaml' ? state : onDisk(state, path, TEXT);
}

describe.each(['project.yaml', SCRIPT])('a draft of %s', (path) => {
  const typed = (state: DeskState, text: string): DeskState => ({
    ...state,
    ...drafting(state, path, {text}),
  });
  const facts = (state: DeskState) => [
    changedOnDisk(state, path),
    isUnsaved(state, path),
    state.drafts.get(path)?.text,
  ];

  it('follows the file on disk while nothing in it is unsaved', () => {
    const before = typed(typed(opened(path), 'mine'), TEXT);
    const after = onDisk(before, path, `# more\n${TEXT}`);
    expect(draftsAfter(after, before)?.drafts?.get(path)).toMatchObject({
      base: `# more\n${TEXT}`,
      text: `# more\n${TEXT}`,
    });
  });

  it('stays as it is when somebody else saves, and can be kept or left', () => {
    const before = typed(opened(path), 'mine');
    const after = onDisk(before, path, 'theirs');
    expect(draftsAfter(after, before)).toBeNull();
    expect(facts(after)).toEqual([true, true, 'mine']);
    expect(facts({...after, ...keepingMine(after, path)})).toEqual([false, true, 'mine']);
    expect(facts({...after, ...loadingDisk(after, path)})).toEqual([false, false, 'theirs']);
  });

  it('counts as saved when the disk comes to hold the same text', () => {
    const before = typed(opened(path), 'mine');
    const after = onDisk(before, path, 'mine');
    expect(facts({...after, ...draftsAfter(after, before)})).toEqual([false, false, 'mine']);
  });

  it('is asked about before it is closed with changes, and only then', () => {
    const clean = typed(typed(opened(path), 'mine'), TEXT);
    const closed = closingFile(clean);
    expect(closed).toMatchObject({centre: {kind: 'graph'}});
    expect(closed.drafts?.size).toBe(0);
    expect(closingFile(typed(opened(path), 'mine'))).toEqual({
      dialog: {kind: 'unsaved', leaving: {kind: 'file'}},
    });
  });
});
