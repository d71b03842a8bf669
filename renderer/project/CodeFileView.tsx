import type {EditorView} from '@codemirror/view';
import {useEffect, useRef, useState} from 'react';
import type {CodeFile} from '../../shared/study';
import {formatCount} from '../../shared/format';
import {AnswerView} from '../errors/ErrorWords';
import {useAnswer} from '../state/ask';
import {FileBar} from './FileBar';
import {createCodeEditor, showLine} from './projectEditor';
import styles from './ProjectFileView.module.css';

/** A script or another text of the study as it is now, read only; `line` is brought into view. */
export function CodeFileView({path, line}: {readonly path: string; readonly line: number | null}) {
  return (
    <article className={styles.view} aria-label={path}>
      <FileBar path={path} note="Read-only" lineNow={() => line} />
      <ScriptText path={path} line={line} />
    </article>
  );
}

/** The text of a script, read only. */
export function ScriptText({path, line}: {readonly path: string; readonly line: number | null}) {
  // a link to another line may come after the file was changed
  const [answer] = useAnswer('project:readCode', {path}, line);
  return (
    <AnswerView answer={answer} waiting="Reading…">
      {(file) => <Code path={path} line={line} file={file} />}
    </AnswerView>
  );
}

function Code(props: {
  readonly path: string;
  readonly line: number | null;
  readonly file: CodeFile;
}) {
  const {path, line, file} = props;
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<EditorView | null>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const view = createCodeEditor(place.current, path, file.text);
    setEditor(view);
    return () => view.destroy();
  }, [path, file.text]);
  useEffect(() => {
    if (editor !== null && line !== null) showLine(editor, line);
  }, [editor, line]);
  const lines = editor?.state.doc.lines ?? null;
  return (
    <>
      {file.truncated && (
        <p className={styles.aside} role="status">
          Large file: only its beginning is shown.
        </p>
      )}
      {line !== null && lines !== null && line > lines && (
        <p className={styles.aside} role="status">
          Line {formatCount(line)} is not there: the file has {formatCount(lines)} lines now.
        </p>
      )}
      <div ref={place} className={styles.editor} />
    </>
  );
}
