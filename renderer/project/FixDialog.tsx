import {useEffect, useRef, useState} from 'react';
import type {QuickFix} from '../../shared/problem';
import {AnswerView} from '../errors/ErrorWords';
import {applyEdits, EditPreviewView, TextChange} from './EditPreview';
import {ask, useAnswer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {isUnsaved, PROJECT_FILE, readCode, unsavedIn} from '../state/drafts';
import {AskDialog} from '../ui/Dialog';

/** A quick fix as a diff, before it is written into its file. */
export function FixDialog(props: {
  readonly fix: QuickFix;
  /** Study-relative. */
  readonly file: string;
  readonly onClose: () => void;
}) {
  return props.file === PROJECT_FILE ? <ProjectFix {...props} /> : <FileFix {...props} />;
}

function ProjectFix({fix, onClose}: {readonly fix: QuickFix; readonly onClose: () => void}) {
  const desk = useDesk();
  const [revision] = useState(() => desk.store.getState().study?.revision ?? 0);
  const [answer] = useAnswer('project:previewFix', {revision, edits: fix.edits});
  const write = useFocusWhen(answer?.ok === true);
  const apply = async () => {
    if (answer?.ok === true) await applyEdits(desk, answer.value);
    onClose();
  };
  return (
    <AskDialog
      title={fix.title.replaceAll('`', '')}
      width="wide"
      onClose={onClose}
      act="Write to project.yaml"
      onAct={() => void apply()}
      button={{ref: write, disabled: answer?.ok !== true}}
    >
      <AnswerView answer={answer} waiting="Comparing…">
        {(preview) => <EditPreviewView preview={preview} />}
      </AnswerView>
    </AskDialog>
  );
}

function FileFix(props: {
  readonly fix: QuickFix;
  readonly file: string;
  readonly onClose: () => void;
}) {
  const {fix, file, onClose} = props;
  const desk = useDesk();
  const [answer] = useAnswer('project:readCode', {path: file});
  const write = useFocusWhen(answer?.ok === true);
  const apply = async (before: string) => {
    if (isUnsaved(desk.store.getState(), file)) desk.store.setState({error: unsavedIn(file)});
    else {
      await ask(desk, 'project:saveCode', {path: file, before, after: edited(before, fix)});
      await readCode(desk, file);
    }
    onClose();
  };
  return (
    <AskDialog
      title={fix.title.replaceAll('`', '')}
      width="wide"
      onClose={onClose}
      act={`Write to ${file}`}
      onAct={() => void (answer?.ok === true && apply(answer.value.text))}
      button={{ref: write, disabled: answer?.ok !== true}}
    >
      <AnswerView answer={answer} waiting="Comparing…">
        {({text}) => <TextChange name={file} before={text} after={edited(text, fix)} />}
      </AnswerView>
    </AskDialog>
  );
}

/** One more press of Enter does it, once the change is here to be seen. */
function useFocusWhen(ready: boolean) {
  const write = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (ready) write.current?.focus();
  }, [ready]);
  return write;
}

function edited(text: string, {edits}: QuickFix): string {
  const fromEnd = [...edits].sort((one, other) => other.from - one.from);
  return fromEnd.reduce(
    (now, {from, to, insert}) => now.slice(0, from) + insert + now.slice(to),
    text,
  );
}
