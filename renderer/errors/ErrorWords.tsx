import type {AppError} from '../../shared/errors';
import styles from './Banner.module.css';

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
