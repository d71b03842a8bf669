import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';

/** What the host answered: null while it is waited for. */
export function useAnswer<T>(ask: () => Promise<Result<T, AppError>>): Result<T, AppError> | null {
  const [answer, setAnswer] = useState<Result<T, AppError> | null>(null);
  // asked once: a dialog is about one thing
  const [first] = useState(() => ask);
  useEffect(() => {
    let wanted = true;
    void first().then((found) => {
      if (wanted) setAnswer(found);
    });
    return () => {
      wanted = false;
    };
  }, [first]);
  return answer;
}
