import {useState} from 'react';
import {formatCount} from '../../shared/format';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import styles from './Inspector.module.css';

/** Takes the outputs of actions as up to date though something changed; the reason stays in the history. */
export function MarkDialog(props: {
  readonly actions: readonly string[];
  readonly onClose: () => void;
}) {
  const {actions, onClose} = props;
  const [only] = actions;
  const which =
    actions.length === 1 && only !== undefined ? only : `${formatCount(actions.length)} actions`;
  const desk = useDesk();
  const onlyComments = useDeskState(({statuses}) =>
    actions.every((action) => {
      const provenance = statuses.get(action)?.provenance;
      return (
        provenance?.kind === 'out-of-date' &&
        provenance.reasons.every((found) => found.onlyComments === true)
      );
    }),
  );
  const [reason, setReason] = useState(onlyComments ? 'Only comments or blank lines changed' : '');
  const words = reason.trim();
  const mark = async () => {
    if (words === '') return;
    for (const action of actions)
      if ((await ask(desk, 'provenance:mark', {action, reason: words})) === undefined) break;
    onClose();
  };
  return (
    <Dialog
      title={`Mark ${which} as up to date`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={words === ''} onClick={() => void mark()}>
            Mark as up to date
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <p className={styles.dim}>
          {actions.length === 1 ? 'Its outputs' : 'Their outputs'} will be used as they are until
          the next change. Only do this if the change can’t affect them, e.g. in comments.
        </p>
        <Field
          data-autofocus
          label="Reason"
          placeholder="e.g. only comments changed"
          hint="Shown in the history of this study"
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
