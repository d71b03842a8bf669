import {appError} from '../../shared/errors';
import {formatPlural} from '../../shared/format';
import type {Problem} from '../../shared/problem';
import type {Desk, DeskState} from './deskStore';
import {leavingReading} from './sides';

/** project.yaml while it is edited in the window. */
export interface ProjectDraft {
  /** The file that it may replace: as it was opened, or as the user saw it on disk since. Null for none. */
  readonly base: string | null;
  /** As it would be written, with the line ends and the byte order mark of the file. */
  readonly text: string;
  /** What is wrong with `checked`. */
  readonly problems: readonly Problem[];
  /** The text that was checked last; what was typed since is not in it. */
  readonly checked: string;
  /** What the editor keeps while another view is in its place: what can be undone. */
  readonly kept: unknown;
}

/** What the user was about to do when unsaved changes were in the way. */
export type Leaving =
  | {readonly kind: 'file'}
  | {readonly kind: 'study'}
  | {readonly kind: 'open'; readonly dir: string};

type Drafted = Pick<DeskState, 'study' | 'projectDraft'>;

/** True when the window holds changes to project.yaml that are not written. */
export function isUnsaved({projectDraft}: Drafted): boolean {
  return projectDraft !== null && projectDraft.text !== (projectDraft.base ?? '');
}

/** True when the file on disk is another than the one that is edited. */
export function changedOnDisk({study, projectDraft}: Drafted): boolean {
  return projectDraft !== null && study !== null && study.text !== projectDraft.base;
}

/** How many errors and warnings there are: `1 error, 2 warnings`, or `no problems`. */
export function countWords(problems: readonly Problem[]): string {
  const errors = problems.filter(({severity}) => severity === 'error').length;
  const counts = [
    ...(errors > 0 ? [formatPlural(errors, 'error')] : []),
    ...(problems.length > errors ? [formatPlural(problems.length - errors, 'warning')] : []),
  ];
  return counts.length === 0 ? 'no problems' : counts.join(', ');
}

/** What is wrong with changes that are not saved, beside the problems of the file on disk; null where there are none. */
export function draftWords({study, projectDraft}: Drafted): string | null {
  if (projectDraft === null || !isUnsaved({study, projectDraft})) return null;
  const {text, checked, problems} = projectDraft;
  return text === checked
    ? `What is being edited, not saved yet, has ${countWords(problems)}.`
    : 'What is being edited, not saved yet, is checked…';
}

/** Begins to edit the file as it is; a draft that is there goes on. */
export function editing(state: DeskState): Partial<DeskState> {
  const {study, projectDraft} = state;
  if (study === null || projectDraft !== null) return {};
  return {projectDraft: fromDisk(study.text, study.reading.problems, null)};
}

function fromDisk(text: string | null, problems: readonly Problem[], kept: unknown): ProjectDraft {
  return {base: text, text: text ?? '', problems, checked: text ?? '', kept};
}

/** Takes the file as it is on disk now; the editor can undo it. */
export function loadingDisk({study, projectDraft}: DeskState): Partial<DeskState> {
  if (study === null || projectDraft === null) return {};
  return {projectDraft: fromDisk(study.text, study.reading.problems, projectDraft.kept)};
}

/** Keeps what was written here: the next save replaces what is on disk now. */
export function keepingMine({study, projectDraft}: DeskState): Partial<DeskState> {
  if (study === null || projectDraft === null) return {};
  return {projectDraft: {...projectDraft, base: study.text}};
}

/** What a change of the file on disk does to the draft: without unsaved changes, it follows. */
export function draftAfter(state: DeskState, before: DeskState): Partial<DeskState> | null {
  const {study, projectDraft: draft} = state;
  if (study === before.study || study === null || draft === null) return null;
  if (study.text === draft.base) return null;
  if (isUnsaved(state)) return study.text === draft.text ? keepingMine(state) : null;
  return study.text === null ? {projectDraft: null} : loadingDisk(state);
}

/** What changes when the user closes the file in the centre; changes that are not saved are asked about first. */
export function closingFile(state: DeskState): Partial<DeskState> {
  if (state.centre.kind !== 'project-file') return leavingReading(state);
  return isUnsaved(state)
    ? {dialog: {kind: 'unsaved', leaving: {kind: 'file'}}}
    : {...leavingReading(state), projectDraft: null};
}

/** True when unsaved changes are in the way; then the user is asked what to do with them. */
export function heldByDraft({store}: Desk, leaving: Leaving): boolean {
  if (!isUnsaved(store.getState())) return false;
  store.setState({dialog: {kind: 'unsaved', leaving}});
  return true;
}

/** Has the host look at what was typed; of several answers only the one for the text on screen counts. */
export async function checkDraft({store, host}: Desk): Promise<void> {
  const text = store.getState().projectDraft?.text;
  if (text === undefined) return;
  const found = await host.request('project:check', {text});
  if (!found.ok) return store.setState({error: found.error});
  store.setState(({projectDraft}) =>
    projectDraft?.text === text
      ? {projectDraft: {...projectDraft, problems: found.value, checked: text}}
      : {},
  );
}

/** Writes the draft; true once it is done. Where the file on disk is another, nothing is written and both are offered. */
export async function saveDraft({store, host}: Desk): Promise<boolean> {
  const {study, projectDraft: draft} = store.getState();
  if (study === null || draft === null) return false;
  const shown = {centre: {kind: 'project-file', line: null}} as const;
  if (changedOnDisk({study, projectDraft: draft})) {
    store.setState(shown);
    return false;
  }
  const all = {from: 0, to: draft.base?.length ?? 0, insert: draft.text};
  const saved = await host.request('project:apply', {revision: study.revision, edits: [all]});
  if (saved.ok) {
    store.setState(({projectDraft}) => ({
      study: saved.value,
      projectDraft: projectDraft && {...projectDraft, base: draft.text},
    }));
    return true;
  }
  const now = await host.request('project:reload', {});
  if (now.ok) store.setState({study: now.value});
  if (changedOnDisk(store.getState())) store.setState(shown);
  else store.setState({error: saved.error});
  return false;
}

/** Why another part of the window may not change the file now. */
export const UNSAVED_ELSEWHERE = appError('invalid-request', 'project.yaml has unsaved changes.', {
  hint: 'Save or discard them in the window’s editor, then make this change.',
});
