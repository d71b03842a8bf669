import type {EditorView} from '@codemirror/view';
import {useRef} from 'react';
import {AnswerView} from '../errors/ErrorWords';
import {useDeskState} from '../state/deskStore';
import {useCodeEditor, useCodeFile} from './useCodeEditor';
import styles from './CodeFileView.module.css';

const NONE: readonly never[] = [];

/** The text of a script, read only, with what was typed into it. */
export function ScriptText({path}: {readonly path: string}) {
  const file = useCodeFile(path);
  return (
    <AnswerView answer={file} waiting="Reading…">
      {({text}) => <OnlyText path={path} text={text} />}
    </AnswerView>
  );
}

function OnlyText(props: {readonly path: string; readonly text: string}) {
  const {path} = props;
  const text = useDeskState((state) => state.drafts.get(path)?.text ?? props.text);
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const shown = {path, text, line: null, problems: NONE, shows: NONE};
  useCodeEditor(place, editor, {
    ...shown,
    checked: true,
    readOnly: true,
    onBulb: noFix,
    onFix: noFix,
  });
  return <div ref={place} className={styles.editor} />;
}

function noFix(): void {}
