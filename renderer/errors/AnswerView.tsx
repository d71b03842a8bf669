import type {ReactNode} from 'react';
import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';
import {Callout} from '../ui/Section';
import {ErrorWords} from './ErrorWords';

/** Shows what the host answered, why it could not, or that it is waited for. */
export function AnswerView<T>(props: {
  readonly answer: Result<T, AppError> | null;
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
