import {useState} from 'react';
import {DISCLOSURE_RULES} from '../../shared/disclosureRules';
import {formatPlural} from '../../shared/format';
import {ask} from '../state/ask';
import {useDesk} from '../state/deskStore';
import {runChecks} from '../state/releaseChecks';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import type {CheckRow} from './checkRows';
import styles from './Checks.module.css';

/** Takes the reason that the researcher would give the checker; the finding is then only a note. */
export function WaiveDialog({
  row,
  onClose,
}: {
  readonly row: CheckRow;
  readonly onClose: () => void;
}) {
  const desk = useDesk();
  const [reason, setReason] = useState('');
  const {path, rule, column} = row.first;
  const words = reason.trim();
  const waive = async () => {
    if (words === '') return;
    const one = row.all.length === 1 ? row.first.row : null;
    const given = await ask(desk, 'release:waive', {path, rule, column, row: one, reason: words});
    onClose();
    if (given !== undefined) await runChecks(desk);
  };
  return (
    <Dialog
      title={`Explain “${DISCLOSURE_RULES[rule].title}”`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={words === ''} onClick={() => void waive()}>
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <p className={styles.dim}>
          For {formatPlural(row.all.length, 'finding')}
          {column === null ? '' : ` in the column ${column}`} of {path}. Also applies to later runs.
        </p>
        <Field
          data-autofocus
          label="Reason"
          placeholder="e.g. these are practices, not patients"
          hint="What you would tell the output checker. Saved with the study and included in the release draft"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void waive();
          }}
        />
      </div>
    </Dialog>
  );
}
