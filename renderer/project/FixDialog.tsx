import {useEffect, useRef, useState} from 'react';
import type {QuickFix} from '../../shared/problem';
import {AnswerView} from '../errors/ErrorWords';
import {applyEdits, EditPreviewView} from './EditPreview';
import {useAnswer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {AskDialog} from '../ui/Dialog';

/** A quick fix as a diff, before it is written into project.yaml. */
export function FixDialog(props: {readonly fix: QuickFix; readonly onClose: () => void}) {
  const {fix, onClose} = props;
  const desk = useDesk();
  const [revision] = useState(() => desk.store.getState().study?.revision ?? 0);
  const [answer] = useAnswer('project:previewFix', {revision, edits: fix.edits});
  const write = useRef<HTMLButtonElement>(null);
  const ready = answer?.ok === true;
  // one more press of Enter does it, once the change is here to be seen
  useEffect(() => {
    if (ready) write.current?.focus();
  }, [ready]);
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
      button={{ref: write, disabled: !ready}}
    >
      <AnswerView answer={answer} waiting="Comparing…">
        {(preview) => <EditPreviewView preview={preview} />}
      </AnswerView>
    </AskDialog>
  );
}
