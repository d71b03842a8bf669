import type {ReactNode} from 'react';
import type {AppError} from '../../shared/errors';
import type {Answer} from '../state/ask';
import {Callout} from '../ui/Section';
import styles from './Errors.module.css';

/** An error in words: what happened, why, what to do next; the technical detail is folded. */
export function ErrorWords({error}: {readonly error: AppError}) {
  return (
    <div className={styles.words}>
      <p>
        <strong>{error.message}</strong>
        {error.why !== undefined && ` ${error.why}`}
      </p>
      {error.hint !== undefined && <p>{error.hint}</p>}
      {error.detail !== undefined && (
        <details className={styles.detail}>
          <summary>Technical detail</summary>
          <pre tabIndex={0} aria-label="Technical detail">
            {error.detail}
          </pre>
        </details>
      )}
    </div>
  );
}

/** An error among what is shown, read out when it comes; nothing while there is none. */
export function ErrorCallout({error}: {readonly error: AppError | null}) {
  return (
    error !== null && (
      <Callout tone="fail" live>
        <ErrorWords error={error} />
      </Callout>
    )
  );
}

/** An error in place of what can't be shown. */
export function ErrorBox({error}: {readonly error: AppError}) {
  return (
    <div className={styles.box}>
      <Callout tone="fail">
        <ErrorWords error={error} />
      </Callout>
    </div>
  );
}

/** Shows what the host answered, why it could not, or that it is waited for. */
export function AnswerView<T>(props: {
  readonly answer: Answer<T>;
  /** Said while there is no answer yet. */
  readonly waiting: string;
  readonly children: (value: T) => ReactNode;
}) {
  const {answer, waiting, children} = props;
  if (answer === null) return <p role="status">{waiting}</p>;
  if (answer.ok) return children(answer.value);
  return (
    <Callout tone="fail">
      <ErrorWords error={answer.error} />
    </Callout>
  );
}
