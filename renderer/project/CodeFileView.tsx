import type {EditorView} from '@codemirror/view';
import {Lightbulb} from 'lucide-react';
import {useMemo, useRef, useState} from 'react';
import {formatCount} from '../../shared/format';
import {fileOfLine, type Problem, type QuickFix} from '../../shared/problem';
import type {CodeFile} from '../../shared/study';
import {AnswerView} from '../errors/ErrorWords';
import {triedProblems} from '../state/definitions';
import {useDeskState} from '../state/deskStore';
import {countWords, isUnsaved, PROJECT_FILE} from '../state/drafts';
import {Button} from '../ui/Button';
import type {Anchor} from '../ui/Floating';
import {MenuPopup} from '../ui/MenuPopup';
import {cursorLine, makeEdits} from './codeEditor';
import {DiskNotice} from './DiskNotice';
import {FileBar, SaveButton} from './FileBar';
import {fixesAt, type LineFix} from './fixMarks';
import {RerunAction, RerunState, useFailingLine} from './RerunAction';
import {TryButtons, useTriedMarks} from './TryDefinition';
import {useCodeEditor, useCodeFile} from './useCodeEditor';
import styles from './CodeFileView.module.css';

const NONE: readonly never[] = [];

/** A code file of the study, edited in place: project.yaml with a mark at each problem, a script with its failing line. */
export function CodeFileView({path, line}: {readonly path: string; readonly line: number | null}) {
  const file = useCodeFile(path);
  return (
    <AnswerView answer={file} waiting="Reading…">
      {(read) => <CodeEditor path={path} line={line} file={read} />}
    </AnswerView>
  );
}

function CodeEditor(props: {
  readonly path: string;
  readonly line: number | null;
  readonly file: CodeFile;
}) {
  const {path, line, file} = props;
  const draft = useDeskState((state) => state.drafts.get(path) ?? null);
  const all = useDeskState((state) => state.study?.reading.problems ?? NONE);
  const isProject = path === PROJECT_FILE;
  const text = draft?.text ?? file.text;
  const failing = useFailingLine(path, text);
  const known = useMemo(() => all.filter((problem) => fileOfLine(problem) === path), [all, path]);
  const checked = isProject
    ? draft === null || draft.checked === text
    : // of codelists only what is on disk is looked at
      known.length === 0 || text === file.text;
  const tried = useDeskState((state) => triedProblems(state.tried, path));
  const ofScript = useMemo(
    // what a try says of a line is newer than the job's failure at it
    () => [...failing.filter(({line: at}) => tried.every((each) => each.line !== at)), ...tried],
    [failing, tried],
  );
  const problems = isProject ? (draft?.problems ?? known) : known.length > 0 ? known : ofScript;
  const shows = useTriedMarks(path);
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const [fixable, setFixable] = useState(false);
  const [choice, setChoice] = useState<FixChoice | null>(null);

  const look = () => {
    const view = editor.current;
    setFixable(view !== null && fixesAt(view, cursorLine(view)).length > 0);
  };
  /** One fix is offered at once, of several one is chosen first. */
  const offer = (at: number) => {
    const view = editor.current;
    const fixes = view === null ? [] : fixesAt(view, at);
    if (view !== null && fixes.length > 1) setChoice({fixes, anchor: lineAnchor(view, at)});
    else fixes[0]?.make();
  };
  /** A fix goes into the text, to be undone or saved. */
  const takeFix = (chosen: QuickFix) => {
    const view = editor.current;
    // what was typed since has moved the places that the fix speaks of: they are found again in a moment
    if (view === null || !checked) return;
    makeEdits(view, chosen.edits);
    view.focus();
  };
  const readOnly = file.readOnly !== null;
  const shown = {path, text, line, problems, checked, readOnly, shows};
  useCodeEditor(place, editor, {...shown, onBulb: offer, onFix: takeFix});

  const lines = text.split('\n').length;
  return (
    <article className={styles.view} aria-label={path}>
      <FileBar
        path={path}
        mark={<RerunState path={path} as="mark" />}
        note={
          <>
            {file.readOnly ?? <DraftNote path={path} problems={problems} checked={checked} />}
            <RerunState path={path} as="words" />
          </>
        }
        lineNow={() => (editor.current === null ? line : cursorLine(editor.current))}
      >
        {fixable && (
          <Button
            icon={<Lightbulb />}
            keys="Ctrl ."
            tip="Changes the text; can be undone"
            onClick={() => editor.current !== null && offer(cursorLine(editor.current))}
          >
            Fix this line…
          </Button>
        )}
        {!readOnly && <SaveButton path={path} />}
        <TryButtons path={path} text={text} />
        <RerunAction path={path} />
      </FileBar>
      <DiskNotice path={path} />
      {line !== null && line > lines && (
        <p className={styles.aside} role="status">
          Line {formatCount(line)} is not there: the file has {formatCount(lines)} lines now.
        </p>
      )}
      <div
        ref={place}
        className={styles.editor}
        onKeyUp={look}
        onPointerUp={look}
        onFocus={look}
        onKeyDown={(event) => {
          if (event.key !== '.' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          event.stopPropagation();
          if (editor.current !== null) offer(cursorLine(editor.current));
        }}
      />
      {choice !== null && (
        <MenuPopup
          label="Fixes"
          anchor={choice.anchor}
          items={choice.fixes.map(({title, make}, index) => ({
            id: String(index),
            label: title,
            onChoose: make,
          }))}
          onClose={(refocus) => {
            setChoice(null);
            if (refocus) editor.current?.focus();
          }}
        />
      )}
    </article>
  );
}

/** Several fixes of one line, and where they are offered. */
interface FixChoice {
  readonly fixes: readonly LineFix[];
  readonly anchor: Anchor;
}

function lineAnchor(view: EditorView, line: number): Anchor {
  const at = view.coordsAtPos(view.state.doc.line(line).from);
  const rect = at ?? view.dom.getBoundingClientRect();
  return {
    getBoundingClientRect: () => new DOMRect(rect.left, rect.top, 0, rect.bottom - rect.top),
  };
}

/** Whether the text on screen is that of the disk, and how many problems project.yaml has. */
function DraftNote(props: {
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly checked: boolean;
}) {
  const {path, problems, checked} = props;
  const unsaved = useDeskState((state) => isUnsaved(state, path));
  const words = unsaved ? 'Not saved' : 'Saved';
  if (path !== PROJECT_FILE) return words;
  return `${words} · ${checked ? countWords(problems) : 'checking…'}`;
}
