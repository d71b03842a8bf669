import type {FileThen, SinceRun} from '../../shared/change';
import {formatDayTime, formatPlural} from '../../shared/format';
import {AnswerView} from '../errors/ErrorWords';
import {ask, useAnswer} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {TextChange} from './EditPreview';
import styles from './UncommittedView.module.css';

/** The commit and patch that an action's outputs were made from, and what has changed since of the files it uses. */
export function SinceRunDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const [answer] = useAnswer('changes:sinceRun', {action});
  const open = async () => {
    const dir = await ask(desk, 'changes:openVersion', {action});
    if (dir === undefined) return;
    await ask(desk, 'app:openWindow', {dir});
    onClose();
  };
  return (
    <Dialog
      title={`Since ${action} ran`}
      width="wide"
      onClose={onClose}
      footer={
        <>
          <Button
            disabled={answer?.ok !== true || answer.value.commit === null}
            tip="A copy whose files can’t be written, in a window of its own"
            onClick={() => void open()}
          >
            Open this version
          </Button>
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </>
      }
    >
      <AnswerView answer={answer} waiting="Comparing…">
        {(value) => <Since value={value} />}
      </AnswerView>
    </Dialog>
  );
}

function Since({value}: {readonly value: SinceRun}) {
  const {at, branch, commit, patch, since, notKept} = value;
  const now = useNow(60_000);
  const made =
    commit === null
      ? 'from no commit that is known'
      : `at commit ${commit.slice(0, 7)}${branch === null ? '' : ` of ${branch}`}`;
  return (
    <div className={styles.preview}>
      <p>
        {formatDayTime(at, now)}: its outputs were made {made}
        {commit !== null &&
          (patch.length === 0
            ? ', with nothing else changed in the files that it used'
            : `, with changes in ${formatPlural(patch.length, 'file')} that were not committed`)}
        .
      </p>
      <Files title="Not committed then" files={patch} />
      {since.length === 0 ? (
        <p>The code that it uses has not changed since.</p>
      ) : (
        <Files title="Changed since" files={since} />
      )}
      {notKept.length > 0 && (
        <p className={styles.dim}>
          What these held then is not kept, so they are not compared: {notKept.join(', ')}
        </p>
      )}
    </div>
  );
}

function Files({title, files}: {readonly title: string; readonly files: readonly FileThen[]}) {
  if (files.length === 0) return null;
  return (
    <section aria-label={title} className={styles.preview}>
      <h3>{title}</h3>
      {files.map(({path, before, after}) => (
        <div key={path}>
          <p>
            <code>{path}</code>
            {before === null ? ' (new)' : after === null ? ' (deleted)' : ''}
          </p>
          <TextChange name={path} before={before ?? ''} after={after ?? ''} />
        </div>
      ))}
    </section>
  );
}
