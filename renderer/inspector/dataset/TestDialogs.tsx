import {useState} from 'react';
import {AnswerView} from '../../errors/ErrorWords';
import {applyEdits, EditPreviewView, TextChange} from '../../project/EditPreview';
import {ask, useAnswer} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {openPath} from '../../state/openPath';
import {AskDialog} from '../../ui/Dialog';
import styles from './Dataset.module.css';

/** A first test file as it would be written, which ehrQL has found right. */
export function NewTestDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const [answer] = useAnswer('datasets:newTest', {of: action});
  const test = answer?.ok === true ? answer.value : null;
  const close = () => {
    if (answer === null) void desk.host.request('datasets:stop', {what: 'assure', of: action});
    onClose();
  };
  const write = async () => {
    if (test === null) return;
    const {path, text} = test;
    const saved = await ask(desk, 'project:saveCode', {path, before: null, after: text});
    onClose();
    if (saved !== undefined) await openPath(desk, path, null);
  };
  return (
    <AskDialog
      title="New test"
      width="wide"
      onClose={close}
      act={test === null ? 'Write the file' : `Write ${test.path}`}
      onAct={() => void write()}
      button={{disabled: test === null}}
    >
      <AnswerView answer={answer} waiting="ehrQL reads the definition and tries a first test…">
        {({path, text}) => (
          <div className={styles.preview}>
            <p>
              One patient with rows for the tables that the definition reads. ehrQL finds it right;
              change its values to those that the definition must get right.
            </p>
            <TextChange name={path} before="" after={text} />
          </div>
        )}
      </AnswerView>
    </AskDialog>
  );
}

/** A test file added to the run line, as a diff before it is written into project.yaml. */
export function NameTestDialog(props: {
  readonly action: string;
  readonly path: string;
  readonly onClose: () => void;
}) {
  const {action, path, onClose} = props;
  const desk = useDesk();
  const [revision] = useState(() => desk.store.getState().study?.revision ?? 0);
  const [answer] = useAnswer('project:previewOption', {
    ...{revision, action, option: '--test-data-file' as const, value: path},
  });
  const apply = async () => {
    if (answer?.ok === true) await applyEdits(desk, answer.value);
    onClose();
  };
  return (
    <AskDialog
      title={`Run the tests in ${path} with ${action}`}
      width="wide"
      onClose={onClose}
      act="Write to project.yaml"
      onAct={() => void apply()}
      button={{disabled: answer?.ok !== true}}
    >
      <div className={styles.preview}>
        <p>
          The tests then run before the data are extracted, here and on the server. Where one fails,
          the job stops with exit code 13 and extracts nothing.
        </p>
        <AnswerView answer={answer} waiting="Comparing…">
          {(preview) => <EditPreviewView preview={preview} />}
        </AnswerView>
      </div>
    </AskDialog>
  );
}
