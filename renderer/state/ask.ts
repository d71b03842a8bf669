import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {RequestArg, RequestName, RequestValue} from '../../shared/contract/contract';
import type {Result} from '../../shared/result';
import type {Desk} from './deskStore';

/** Asks the host; a refusal is shown as the window's error and answered as undefined. */
export async function ask<N extends RequestName>(
  desk: Desk,
  name: N,
  arg: RequestArg<N>,
): Promise<RequestValue<N> | undefined> {
  const answer = await desk.host.request(name, arg);
  if (answer.ok) return answer.value;
  desk.store.setState({error: answer.error});
  return undefined;
}

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
