import {useId, type InputHTMLAttributes, type ReactNode} from 'react';
import styles from './Field.module.css';

/** Props of {@link Field}: those of its input, and the words around it. */
export interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** Shown behind the input, e.g. a unit. */
  readonly after?: ReactNode;
  /** A dialog opens with the keyboard here. */
  readonly 'data-autofocus'?: boolean;
}

/** A labelled text input with its hint and its error. */
export function Field({label, hint, error, after, ...input}: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <span className={styles.row}>
        <input
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={note === undefined ? undefined : `${id}-note`}
          className={styles.input}
          {...input}
        />
        {after}
      </span>
      {note !== undefined && (
        <span id={`${id}-note`} className={error === undefined ? styles.hint : styles.error}>
          {note}
        </span>
      )}
    </div>
  );
}

/** A labelled check box with its hint. */
export function Check(props: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  const {label, hint, checked, onChange} = props;
  const id = useId();
  return (
    <div className={styles.check}>
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <span id={`${id}-note`} className={styles.hint}>
          {hint}
        </span>
      )}
    </div>
  );
}
