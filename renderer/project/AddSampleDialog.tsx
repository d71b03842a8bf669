import {formatList, formatPlural} from '../../shared/format';
import {AnswerView} from '../errors/ErrorWords';
import {askInto, useAnswer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {AskDialog} from '../ui/Dialog';
import styles from './AddActionDialog.module.css';

/** What of the sample study would be written into a folder without project.yaml, before it is. */
export function AddSampleDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const [answer] = useAnswer('project:sampleFiles', {});
  const files = answer?.ok === true ? answer.value : [];
  const added = files.filter(({present}) => !present).map(({path}) => path);
  const left = files.filter(({present}) => present).map(({path}) => path);
  const write = async () => {
    await askInto(desk, 'project:addSample', {}, (study) => ({study}));
    onClose();
  };
  return (
    <AskDialog
      title="Create the study from the sample"
      onClose={onClose}
      act={added.length === 0 ? 'Write the files' : `Write ${formatPlural(added.length, 'file')}`}
      onAct={() => void write()}
      button={{disabled: added.length === 0, 'data-autofocus': true}}
    >
      <AnswerView answer={answer} waiting="Looking at the folder…">
        {() => (
          <div className={styles.files}>
            <p>
              A small study with made-up data will be added to this folder. Existing files are not
              changed.
            </p>
            <ul aria-label="Files to be written">
              {added.map((path) => (
                <li key={path}>
                  <code>{path}</code>
                </li>
              ))}
            </ul>
            {left.length > 0 && <p>Already there, not changed: {formatList(left, 4)}.</p>}
          </div>
        )}
      </AnswerView>
    </AskDialog>
  );
}
