import type {EditorView} from '@codemirror/view';
import {useEffect, useEffectEvent, type RefObject} from 'react';
import type {Problem, QuickFix} from '../../shared/problem';
import {ok} from '../../shared/result';
import type {CodeFile} from '../../shared/study';
import type {Answer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {checkDraft, drafting, PROJECT_FILE, readCode} from '../state/drafts';
import {seeShown} from '../state/definitions';
import {createCodeEditor, keepEditor, showFile, showLine, showProblems} from './codeEditor';
import {showShown, type ShownMark} from './shownMarks';

/** What was typed is looked at after this much quiet. */
const CHECK_DELAY_MS = 250;

/** A file as it is on disk, read when it is opened; project.yaml is in the study. Null while it is read. */
export function useCodeFile(path: string): Answer<CodeFile> {
  const desk = useDesk();
  const project = useDeskState((state) =>
    path === PROJECT_FILE ? (state.study?.text ?? '') : null,
  );
  const read = useDeskState((state) => state.codeFiles.get(path) ?? null);
  const isEdited = useDeskState((state) => state.drafts.has(path));
  useEffect(() => {
    if (path !== PROJECT_FILE) void readCode(desk, path);
  }, [desk, path]);
  if (project !== null) return ok({text: project, readOnly: null});
  // what was typed is there to be saved, though the file is gone
  return isEdited && read?.ok !== true ? ok({text: '', readOnly: null}) : read;
}

/** Puts the editor into `place`, and keeps it in step with the text, its problems and the line to be shown. */
export function useCodeEditor(
  place: RefObject<HTMLDivElement | null>,
  editor: RefObject<EditorView | null>,
  shown: {
    readonly path: string;
    readonly text: string;
    readonly line: number | null;
    readonly problems: readonly Problem[];
    /** The problems are those of this text. */
    readonly checked: boolean;
    readonly readOnly: boolean;
    /** What the last try showed, beside its lines. */
    readonly shows: readonly ShownMark[];
    readonly onBulb: (line: number) => void;
    readonly onFix: (fix: QuickFix) => void;
  },
): void {
  const {path, text, line, problems, checked, readOnly, shows, onBulb, onFix} = shown;
  const desk = useDesk();
  const {store} = desk;
  const fix = useEffectEvent(onFix);
  const begin = useEffectEvent((parent: HTMLElement) => {
    const {base = text, kept = null} = store.getState().drafts.get(path) ?? {};
    return createCodeEditor(
      parent,
      {path, readOnly, base: base ?? '', text, kept: readOnly ? null : kept},
      {
        onChange: (typed) => store.setState((state) => drafting(state, path, {text: typed})),
        onBulb,
        onShown: (at) => seeShown(desk, path, at),
      },
    );
  });

  useEffect(() => {
    if (place.current === null) return undefined;
    const view = begin(place.current);
    editor.current = view;
    return () => {
      const kept = keepEditor(view);
      store.setState((state) =>
        !readOnly && state.drafts.has(path) ? drafting(state, path, {kept}) : {},
      );
      editor.current = null;
      view.destroy();
    };
  }, [store, place, editor, path, readOnly]);
  useEffect(() => {
    if (editor.current !== null) showFile(editor.current, text);
  }, [text, editor]);
  useEffect(() => {
    if (editor.current !== null && checked)
      showProblems(editor.current, problems, (chosen) => fix(chosen));
  }, [problems, checked, editor]);
  useEffect(() => {
    if (editor.current !== null) showShown(editor.current, shows);
  }, [shows, editor]);
  useEffect(() => {
    if (editor.current !== null && line !== null) showLine(editor.current, line);
  }, [line, editor]);
  useEffect(() => {
    if (checked) return undefined;
    const timer = setTimeout(() => void checkDraft(desk), CHECK_DELAY_MS);
    return () => clearTimeout(timer);
  }, [desk, text, checked]);
}
