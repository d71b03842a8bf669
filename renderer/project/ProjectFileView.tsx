import type {EditorView} from '@codemirror/view';
import {CircleAlert, Lightbulb, Pencil, Save} from 'lucide-react';
import {useEffect, useEffectEvent, useRef, useState, type RefObject} from 'react';
import type {Problem, QuickFix} from '../../shared/problem';
import {keysOf} from '../commands/keys';
import {useDesk, useDeskState} from '../state/deskStore';
import {
  changedOnDisk,
  checkDraft,
  countWords,
  editing,
  isUnsaved,
  keepingMine,
  loadingDisk,
  saveDraft,
} from '../state/projectDraft';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import type {Anchor} from '../ui/Floating';
import {MenuPopup} from '../ui/MenuPopup';
import {Notice} from '../ui/Notice';
import {TextChange} from './EditPreview';
import {FileBar} from './FileBar';
import {FixDialog} from './FixDialog';
import {fixesAt, type LineFix} from './fixMarks';
import {
  createProjectEditor,
  cursorLine,
  keepEditor,
  makeEdits,
  setWriting,
  showFile,
  showLine,
  showProblems,
} from './projectEditor';
import styles from './ProjectFileView.module.css';

const NONE: readonly never[] = [];

/** What was typed is looked at after this much quiet. */
const CHECK_DELAY_MS = 250;

/** project.yaml with a mark at each problem, read or edited in place; `line` is brought into view. */
export function ProjectFileView({line}: {readonly line: number | null}) {
  const {store} = useDesk();
  const onDisk = useDeskState((state) => state.study?.text ?? '');
  const known = useDeskState((state) => state.study?.reading.problems ?? NONE);
  const draft = useDeskState((state) => state.projectDraft);
  const writes = draft !== null;
  const text = writes ? draft.text : onDisk;
  const checked = writes ? draft.checked === text : true;
  const problems = writes ? draft.problems : known;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const [fix, setFix] = useState<QuickFix | null>(null);
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
  /** Where nothing is being edited the change is shown and written; else it goes into the text, to be undone or saved. */
  const takeFix = (chosen: QuickFix) => {
    const view = editor.current;
    if (!writes) setFix(chosen);
    // what was typed since has moved the places that the fix speaks of: they are found again in a moment
    else if (view !== null && checked) {
      makeEdits(view, chosen.edits);
      view.focus();
    }
  };
  useProjectEditor(place, editor, {text, line, problems, checked, onBulb: offer, onFix: takeFix});

  const edit = () => {
    store.setState(editing);
    editor.current?.focus();
  };
  return (
    <div className={styles.view}>
      <FileBar
        path="project.yaml"
        note={<DraftNote problems={problems} checked={checked} />}
        lineNow={() => (editor.current === null ? line : cursorLine(editor.current))}
      >
        {fixable && (
          <Button
            icon={<Lightbulb />}
            keys="Ctrl ."
            tip={writes ? 'Changes the text; can be undone' : 'Previews the change first'}
            onClick={() => editor.current !== null && offer(cursorLine(editor.current))}
          >
            Fix this line…
          </Button>
        )}
        {writes ? (
          <SaveButton />
        ) : (
          <Button icon={<Pencil />} onClick={edit}>
            Edit
          </Button>
        )}
      </FileBar>
      <DiskNotice />
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
      {fix !== null && <FixDialog fix={fix} onClose={() => setFix(null)} />}
    </div>
  );
}

/** Puts the editor into `place`, and keeps it in step with the text, its problems and the line to be shown. */
function useProjectEditor(
  place: RefObject<HTMLDivElement | null>,
  editor: RefObject<EditorView | null>,
  shown: {
    readonly text: string;
    readonly line: number | null;
    readonly problems: readonly Problem[];
    /** The problems are those of this text. */
    readonly checked: boolean;
    readonly onBulb: (line: number) => void;
    readonly onFix: (fix: QuickFix) => void;
  },
): void {
  const {text, line, problems, checked, onBulb, onFix} = shown;
  const desk = useDesk();
  const {store} = desk;
  const draft = useDeskState((state) => state.projectDraft);
  const writes = draft !== null;
  const fix = useEffectEvent(onFix);
  const begin = useEffectEvent((parent: HTMLElement) =>
    createProjectEditor(parent, text, draft?.kept ?? null, {
      onChange: (file) =>
        store.setState(({projectDraft}) => ({
          projectDraft: projectDraft && {...projectDraft, text: file},
        })),
      onBulb,
    }),
  );

  useEffect(() => {
    if (place.current === null) return undefined;
    const view = begin(place.current);
    editor.current = view;
    return () => {
      const kept = keepEditor(view);
      store.setState(({projectDraft}) => ({projectDraft: projectDraft && {...projectDraft, kept}}));
      editor.current = null;
      view.destroy();
    };
  }, [store, place, editor]);
  useEffect(() => {
    if (editor.current !== null) setWriting(editor.current, writes);
  }, [writes, editor]);
  useEffect(() => {
    if (editor.current !== null) showFile(editor.current, text);
  }, [text, editor]);
  useEffect(() => {
    if (editor.current !== null && checked)
      showProblems(editor.current, problems, (chosen) => fix(chosen));
  }, [problems, checked, editor]);
  useEffect(() => {
    if (editor.current !== null && line !== null) showLine(editor.current, line);
  }, [line, editor]);
  useEffect(() => {
    if (checked) return undefined;
    const timer = setTimeout(() => void checkDraft(desk), CHECK_DELAY_MS);
    return () => clearTimeout(timer);
  }, [desk, text, checked]);
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

/** What the text on screen is: of the disk or not, and how many problems it has. */
function DraftNote(props: {readonly problems: readonly Problem[]; readonly checked: boolean}) {
  const {problems, checked} = props;
  const writes = useDeskState((state) => state.projectDraft !== null);
  const unsaved = useDeskState(isUnsaved);
  if (!writes) return 'Read-only';
  const found = checked ? countWords(problems) : 'checking…';
  return `${unsaved ? 'Not saved' : 'Saved'} · ${found}`;
}

function SaveButton() {
  const desk = useDesk();
  const unsaved = useDeskState(isUnsaved);
  const elsewhere = useDeskState(changedOnDisk);
  return (
    <Button
      look="primary"
      icon={<Save />}
      keys={keysOf('save-project-file')}
      disabled={!unsaved || elsewhere}
      onClick={() => void saveDraft(desk)}
    >
      Save
    </Button>
  );
}

/** Says that somebody else has saved the file, and offers both. */
function DiskNotice() {
  const {store} = useDesk();
  const elsewhere = useDeskState(changedOnDisk);
  const onDisk = useDeskState((state) => state.study?.text ?? null);
  const base = useDeskState((state) => state.projectDraft?.base ?? null);
  const [shown, setShown] = useState(false);
  if (!elsewhere) return null;
  const gone = onDisk === null;
  return (
    <>
      <Notice
        role="alert"
        tone="stale"
        icon={<CircleAlert size={16} />}
        actions={
          <>
            <Button onClick={() => setShown(true)}>Show change</Button>
            {!gone && (
              <Button
                tip="Replaces your text with the file on disk; can be undone"
                onClick={() => store.setState(loadingDisk)}
              >
                Load from disk
              </Button>
            )}
            <Button
              tip="Saving will replace the file on disk with your text"
              onClick={() => store.setState(keepingMine)}
            >
              Keep mine
            </Button>
          </>
        }
      >
        project.yaml was {gone ? 'deleted' : 'changed'} on disk. Nothing is saved until you choose.
      </Notice>
      {shown && (
        <Dialog title="What was changed on disk" width="wide" onClose={() => setShown(false)}>
          <TextChange before={base ?? ''} after={onDisk ?? ''} />
        </Dialog>
      )}
    </>
  );
}
