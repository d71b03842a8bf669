import type {EditorView} from '@codemirror/view';
import {Lightbulb, SquarePen, X} from 'lucide-react';
import {useEffect, useRef, useState} from 'react';
import type {QuickFix} from '../../shared/problem';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {FixDialog} from './FixDialog';
import {createProjectEditor, fixAtCursor, showLine, showProblems, showText} from './projectEditor';
import styles from './ProjectFileView.module.css';

const NONE: readonly never[] = [];

/** project.yaml, read only, with a mark at each problem; `line` is brought into view. */
export function ProjectFileView({line}: {readonly line: number | null}) {
  const desk = useDesk();
  const text = useDeskState((state) => state.study?.text ?? null);
  const problems = useDeskState((state) => state.study?.reading.problems ?? NONE);
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const missing = text === null;
  const [fix, setFix] = useState<QuickFix | null>(null);
  const [fixable, setFixable] = useState(false);
  const look = () => {
    const view = editor.current;
    setFixable(view !== null && fixAtCursor(view, problems) !== null);
  };
  const offer = () => {
    const view = editor.current;
    const found = view === null ? null : fixAtCursor(view, problems);
    if (found !== null) setFix(found);
    return found !== null;
  };

  useEffect(() => {
    if (place.current === null) return undefined;
    const view = createProjectEditor(place.current, '');
    editor.current = view;
    return () => {
      editor.current = null;
      view.destroy();
    };
  }, [missing]);
  useEffect(() => {
    if (editor.current === null || text === null) return;
    showText(editor.current, text);
    showProblems(editor.current, problems, setFix);
  }, [text, problems]);
  useEffect(() => {
    if (editor.current !== null && line !== null) showLine(editor.current, line);
  }, [line, missing]);

  const open = () => {
    const view = editor.current;
    const here =
      view === null ? line : view.state.doc.lineAt(view.state.selection.main.head).number;
    return ask(desk, 'project:open-in-editor', {path: 'project.yaml', line: here});
  };
  if (missing) {
    return (
      <EmptyState title="There is no project.yaml">
        It belongs into the folder of the study. The window shows it as soon as it is there.
      </EmptyState>
    );
  }
  return (
    <div className={styles.view}>
      <header className={styles.bar}>
        <h2 className={styles.title}>project.yaml</h2>
        <span className={styles.note}>Read only</span>
        {fixable && (
          <Button
            icon={<Lightbulb aria-hidden="true" />}
            keys="Ctrl ."
            tip="Shows the change before it is made"
            onClick={() => void offer()}
          >
            Fix this line…
          </Button>
        )}
        <Button icon={<SquarePen aria-hidden="true" />} onClick={() => void open()}>
          Open in the editor
        </Button>
        <Button
          look="quiet"
          icon={<X aria-hidden="true" />}
          aria-label="Close the file"
          keys="Esc"
          onClick={() => desk.store.setState({centre: {kind: 'graph'}})}
        />
      </header>
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
          offer();
        }}
      />
      {fix !== null && <FixDialog fix={fix} onClose={() => setFix(null)} />}
    </div>
  );
}
