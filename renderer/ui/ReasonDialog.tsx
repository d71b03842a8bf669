import {useState, type ReactNode} from 'react';
import {AskDialog} from './Dialog';
import {Field} from './Field';
import styles from './Field.module.css';

/** Asks for the reason of what the user decides; Enter gives it. */
export function ReasonDialog(props: {
  readonly title: string;
  readonly note: ReactNode;
  readonly placeholder: string;
  readonly hint: string;
  readonly initial?: string;
  readonly act: string;
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
}) {
  const {title, note, placeholder, hint, initial = '', act, onReason, onClose} = props;
  const [reason, setReason] = useState(initial);
  const words = reason.trim();
  const give = () => {
    if (words !== '') onReason(words);
  };
  return (
    <AskDialog {...{title, act, onClose}} onAct={give} button={{disabled: words === ''}}>
      <div className={styles.form}>
        <p className={styles.note}>{note}</p>
        <Field
          data-autofocus
          label="Reason"
          placeholder={placeholder}
          hint={hint}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') give();
          }}
        />
      </div>
    </AskDialog>
  );
}
