import {useEffect, useEffectEvent, useState} from 'react';
import type {BranchSwitch} from '../../shared/change';
import {formatPlural} from '../../shared/format';
import {AnswerView} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {rerunWords} from '../state/runWords';
import {AskDialog} from '../ui/Dialog';
import {Callout} from '../ui/Section';
import styles from './UncommittedView.module.css';

/** Shows what another branch changes and makes out of date, and switches to it; while a run works, once that has ended. */
export function SwitchBranchDialog(props: {
  readonly branch: string;
  readonly onDone: (words: string | null) => void;
  readonly onClose: () => void;
}) {
  const {branch, onDone, onClose} = props;
  const desk = useDesk();
  const [answer] = useAnswer('changes:previewSwitch', {branch});
  const isRunning = useDeskState((state) => state.activeRunId !== null);
  const [waits, setWaits] = useState(false);
  const change = async () => {
    const done = await ask(desk, 'changes:switchBranch', {branch});
    onDone(done === undefined ? null : `On ${branch} now.`);
    onClose();
  };
  const whenFree = useEffectEvent(() => void change());
  useEffect(() => {
    if (waits && !isRunning) whenFree();
  }, [waits, isRunning]);
  const canSwitch = answer?.ok === true && answer.value.inTheWay.length === 0;
  return (
    <AskDialog
      title={`Switch to ${branch}`}
      act={waits ? 'Waiting for the run…' : isRunning ? 'Switch when the run has ended' : 'Switch'}
      button={{disabled: !canSwitch || waits}}
      onAct={() => setWaits(true)}
      onClose={onClose}
    >
      <div className={styles.preview}>
        <AnswerView answer={answer} waiting="Comparing the branches…">
          {(preview) => <Preview preview={preview} />}
        </AnswerView>
        {isRunning && (
          <Callout tone="plain" live>
            A run works on these files:{' '}
            {waits
              ? 'it is waited for as long as this stays open.'
              : 'nothing is switched before it has ended.'}
          </Callout>
        )}
      </div>
    </AskDialog>
  );
}

function Preview({preview}: {readonly preview: BranchSwitch}) {
  const {files, outOfDate, inTheWay, commit} = preview;
  const time = useDeskState((state) => rerunWords(state, outOfDate ?? []));
  return (
    <>
      <p>
        {files.length === 0
          ? `Commit ${commit.slice(0, 7)} has the same files.`
          : `Commit ${commit.slice(0, 7)} has ${formatPlural(files.length, 'other file')}: ${files.slice(0, 12).join(', ')}${files.length > 12 ? ' …' : ''}`}
      </p>
      {inTheWay.length > 0 && (
        <Callout tone="fail">
          Not committed, and lost with it: {inTheWay.join(', ')}. Commit or discard them first.
        </Callout>
      )}
      {outOfDate === null ? (
        <p>What becomes out of date is not known while project.yaml has errors.</p>
      ) : outOfDate.length === 0 ? (
        <p>No action uses them.</p>
      ) : (
        <Callout tone="stale">
          {formatPlural(outOfDate.length, 'action')} may be out of date then: {outOfDate.join(', ')}
          . {time}
        </Callout>
      )}
    </>
  );
}
