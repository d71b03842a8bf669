import {describe, expect, it} from 'vitest';
import {
  changedOnDisk,
  closingFile,
  draftAfter,
  editing,
  isUnsaved,
  keepingMine,
  loadingDisk,
} from '../../../renderer/state/projectDraft';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {studyOf} from '../../renderer/studyOf';

const TEXT = 'version: 5\nactions: {}\n';

function edited(): DeskState {
  const state = createDeskStore({
    study: studyOf(TEXT),
    centre: {kind: 'project-file', line: null},
  }).getState();
  return {...state, ...editing(state)};
}

const typed = (state: DeskState, text: string): DeskState => ({
  ...state,
  projectDraft: state.projectDraft && {...state.projectDraft, text},
});
const onDisk = (state: DeskState, text: string): DeskState => ({...state, study: studyOf(text, 2)});

describe('a draft of project.yaml', () => {
  it('follows the file on disk while nothing was typed', () => {
    const before = edited();
    const after = onDisk(before, `# more\n${TEXT}`);
    expect(draftAfter(after, before)?.projectDraft).toMatchObject({
      base: `# more\n${TEXT}`,
      text: `# more\n${TEXT}`,
    });
  });

  it('stays as it is when somebody else saves, and can be kept or left', () => {
    const before = typed(edited(), 'mine');
    const after = onDisk(before, 'theirs');
    expect(draftAfter(after, before)).toBeNull();
    expect(changedOnDisk(after)).toBe(true);
    const mine = {...after, ...keepingMine(after)};
    expect([changedOnDisk(mine), isUnsaved(mine), mine.projectDraft?.text]).toEqual([
      false,
      true,
      'mine',
    ]);
    const theirs = {...after, ...loadingDisk(after)};
    expect([changedOnDisk(theirs), isUnsaved(theirs), theirs.projectDraft?.text]).toEqual([
      false,
      false,
      'theirs',
    ]);
  });

  it('counts as saved when the disk comes to hold the same text', () => {
    const before = typed(edited(), 'mine');
    const after = onDisk(before, 'mine');
    const state = {...after, ...draftAfter(after, before)};
    expect([changedOnDisk(state), isUnsaved(state)]).toEqual([false, false]);
  });

  it('is asked about before it is closed with changes, and only then', () => {
    expect(closingFile(edited())).toMatchObject({projectDraft: null, centre: {kind: 'graph'}});
    expect(closingFile(typed(edited(), 'mine'))).toEqual({
      dialog: {kind: 'unsaved', leaving: {kind: 'file'}},
    });
  });
});
