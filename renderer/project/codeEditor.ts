import {defaultKeymap, history, historyField, historyKeymap} from '@codemirror/commands';
import {syntaxHighlighting} from '@codemirror/language';
import {lintGutter, setDiagnostics, type Diagnostic} from '@codemirror/lint';
import {highlightSelectionMatches, search, searchKeymap} from '@codemirror/search';
import {
  ChangeSet,
  EditorState,
  StateEffect,
  StateField,
  type Extension,
  type Text,
} from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type {Problem, QuickFix, TextEdit} from '../../shared/problem';
import {styleNonce} from '../ui/styleNonce';
import {languageOf} from './codeLanguage';
import {colours, theme} from './editorLook';
import {fileAfter, shownOffset, shownText} from './fileText';
import {fixMarks} from './fixMarks';
import {shownMarks} from './shownMarks';

/** What an editor of a code file reports. */
export interface EditorEvents {
  /** The user changed the text; the file as it would be written. */
  readonly onChange: (file: string) => void;
  /** The light bulb of a line (from 1) was pressed. */
  readonly onBulb: (line: number) => void;
  /** The mark of what a line (from 1 at the time of the try) showed was pressed. */
  readonly onShown: (line: number) => void;
}

/** The file that the text was shown of, and what was changed in it since. */
interface Origin {
  readonly file: string;
  readonly shown: Text;
  readonly changes: ChangeSet;
}

const shownAnew = StateEffect.define<string>();

const origin = StateField.define<Origin>({
  create: ({doc}) => ({file: doc.toString(), shown: doc, changes: ChangeSet.empty(doc.length)}),
  update(before, {effects, changes, newDoc}) {
    const anew = effects.find((effect) => effect.is(shownAnew));
    if (anew !== undefined)
      return {file: anew.value, shown: newDoc, changes: ChangeSet.empty(newDoc.length)};
    return changes.empty ? before : {...before, changes: before.changes.compose(changes)};
  },
});

function extensions(path: string, readOnly: boolean): readonly Extension[] {
  return [
    EditorView.cspNonce.of(styleNonce()),
    lineNumbers(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({top: true}),
    keymap.of(searchKeymap),
    theme,
    languageOf(path),
    syntaxHighlighting(colours),
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      'aria-label': readOnly ? `${path}, read-only` : path,
      tabindex: '0',
    }),
    ...(readOnly ? [] : [keymap.of([...defaultKeymap, ...historyKeymap])]),
  ];
}

/** What an editor opens with. */
export interface EditorStart {
  readonly path: string;
  readonly readOnly: boolean;
  /** The file that `text` was made of; going from it to the text can be undone. */
  readonly base: string;
  readonly text: string;
  /** What `keepEditor` gave of an earlier editor, whose undo goes on; null for none. */
  readonly kept: unknown;
}

/** An editor of a code file in a place of the page. */
export function createCodeEditor(
  parent: HTMLElement,
  {path, readOnly, base, text, kept}: EditorStart,
  {onChange, onBulb, onShown}: EditorEvents,
): EditorView {
  const all = [
    ...extensions(path, readOnly),
    origin,
    fixMarks(onBulb),
    shownMarks(onShown),
    lintGutter(),
    history(),
    EditorView.updateListener.of(({docChanged, transactions, state}) => {
      const shown = transactions.some(({effects}) => effects.some((one) => one.is(shownAnew)));
      if (docChanged && !shown) onChange(fileOf(state));
    }),
  ];
  const state =
    kept === null
      ? EditorState.create({doc: shownText(base), extensions: all})
      : EditorState.fromJSON(kept, {extensions: all}, {history: historyField});
  const view = new EditorView({parent, state});
  showFile(view, text);
  return view;
}

/** What an editor can go on from later: text, cursor and what can be undone. */
export function keepEditor(view: EditorView): unknown {
  return view.state.toJSON({history: historyField}) as unknown;
}

function fileOf(state: EditorState): string {
  const {file, shown, changes} = state.field(origin);
  return fileAfter(file, shown, changes);
}

/** Brings the view to another text of the file; only what differs is exchanged, so that the scroll stays. */
export function showFile(view: EditorView, file: string): void {
  if (fileOf(view.state) === file) return;
  const before = view.state.doc.toString();
  const after = shownText(file);
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from += 1;
  let same = 0;
  const most = Math.min(before.length, after.length) - from;
  while (same < most && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  view.dispatch({
    changes: {from, to: before.length - same, insert: after.slice(from, after.length - same)},
    effects: shownAnew.of(file),
    userEvent: 'input.load',
  });
}

/** Makes edits of the file in the text, as one step that can be undone. */
export function makeEdits(view: EditorView, edits: readonly TextEdit[]): void {
  const file = fileOf(view.state);
  view.dispatch({
    changes: edits.map(({from, to, insert}) => ({
      from: shownOffset(file, from),
      to: shownOffset(file, to),
      insert: shownText(insert),
    })),
    userEvent: 'input.fix',
    scrollIntoView: true,
  });
}

/** Marks the places of problems, with their words on hover. */
export function showProblems(
  view: EditorView,
  problems: readonly Problem[],
  onFix: (fix: QuickFix) => void,
): void {
  const {doc} = view.state;
  const diagnostics = problems.map((problem): Diagnostic => ({
    ...markOf(doc, problem),
    severity: problem.severity,
    actions: problem.fixes.map((fix) => ({
      name: fix.title.replaceAll('`', ''),
      apply: () => onFix(fix),
    })),
    source: problem.rule,
    message: [problem.message, problem.hint, problem.why]
      .filter((part) => part !== null)
      .join(' ')
      .replaceAll('`', ''),
  }));
  view.dispatch(setDiagnostics(view.state, diagnostics));
}

/** Puts the cursor on a line and the line into the middle. */
export function showLine(view: EditorView, line: number): void {
  const at = offsetOf(view.state.doc, line, 1);
  view.dispatch({
    selection: {anchor: at},
    effects: EditorView.scrollIntoView(at, {y: 'center'}),
  });
}

/** The line (from 1) that the cursor is on. */
export function cursorLine({state}: EditorView): number {
  return state.doc.lineAt(state.selection.main.head).number;
}

/** What is underlined of a problem: words of its first line. Under the blanks around them a mark would point at nothing. */
function markOf(doc: Text, problem: Problem): {readonly from: number; readonly to: number} {
  const start = offsetOf(doc, problem.line, problem.column);
  const end = offsetOf(doc, problem.endLine, problem.endColumn);
  const line = doc.lineAt(start);
  const words = line.text.trim();
  if (words === '') return {from: start, to: start};
  const first = line.from + line.text.length - line.text.trimStart().length;
  const from = Math.min(Math.max(start, first), first + words.length);
  return {from, to: Math.max(from, Math.min(end, first + words.length))};
}

function offsetOf(doc: Text, line: number, column: number): number {
  const found = doc.line(Math.min(Math.max(1, line), doc.lines));
  return Math.min(found.from + column - 1, found.to);
}
