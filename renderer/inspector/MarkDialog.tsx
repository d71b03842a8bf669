import {useState} from 'react';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import styles from './Inspector.module.css';

/** Takes an action's outputs as up to date though something changed; the reason stays in the history. */
export function MarkDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const onlyComments = useDeskState(({statuses}) => {
    const provenance = statuses.get(action)?.provenance;
    return (
      provenance?.kind === 'out-of-date' &&
      provenance.reasons.every((found) => found.onlyComments === true)
    );
  });
  const [reason, setReason] = useState(onlyComments ? 'Only comments or blank lines changed' : '');
  const words = reason.trim();
  const mark = async () => {
    if (words === '') return;
    await ask(desk, 'provenance:mark', {action, reason: words});
    onClose();
  };
  return (
    <Dialog
      title={`Mark ${action} as up to date`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Leave as it is</Button>
          <Button look="primary" disabled={words === ''} onClick={() => void mark()}>
            Mark as up to date
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <p className={styles.dim}>
          Its outputs are then used as they are, until the next change. Only do this where the
          change can’t affect them, e.g. in comments.
        </p>
        <Field
          data-autofocus
          label="Reason"
          placeholder="e.g. only comments changed"
          hint="Kept in the history of this study"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void mark();
          }}
        />
      </div>
    </Dialog>
  );
}
