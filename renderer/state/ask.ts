import {useCallback, useEffect, useEffectEvent, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {RequestArg, RequestName, RequestValue} from '../../shared/contract/contract';
import type {Result} from '../../shared/result';
import {useDesk, type Desk, type DeskState} from './deskStore';

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

/** Asks the host, and changes the state by its answer; false where it refused. */
export async function askInto<N extends RequestName>(
  desk: Desk,
  name: N,
  arg: RequestArg<N>,
  change: (value: RequestValue<N>) => Partial<DeskState>,
): Promise<boolean> {
  const value = await ask(desk, name, arg);
  if (value !== undefined) desk.store.setState(change(value));
  return value !== undefined;
}

/** An answer of the host: null while it is waited for. */
export type Answer<T> = Result<T, AppError> | null;

/**
 * What the host answers, asked again for another `arg` or another `again`; nothing is asked for null. The answer before
 * stays until the new one is here; `age` tells which it is: an `old` one was to the same `arg`, before `again` changed.
 */
export function useAnswer<N extends RequestName>(
  name: N,
  arg: RequestArg<N> | null,
  again: unknown = null,
): readonly [answer: Answer<RequestValue<N>>, age: 'new' | 'old' | 'other'] {
  const {host} = useDesk();
  const key = JSON.stringify(arg);
  const [found, setFound] = useState<{
    readonly answer: Answer<RequestValue<N>>;
    readonly key: string;
    readonly again: unknown;
  }>({answer: null, key: '', again});
  const ask = useEffectEvent(() => (arg === null ? undefined : host.request(name, arg)));
  useEffect(() => {
    let wanted = true;
    void ask()?.then((answer) => {
      if (wanted) setFound({answer, key, again});
    });
    return () => {
      wanted = false;
    };
  }, [host, name, key, again]);
  return [found.answer, found.key !== key ? 'other' : found.again === again ? 'new' : 'old'];
}

/**
 * A number that is another one after each change of a file of the study, also where that is in no repository, and after a call
 * of `readAnew`: what is asked with it as `again` is asked again.
 */
export function useFileChanges(): readonly [again: number, readAnew: () => void] {
  const {host} = useDesk();
  const [again, setAgain] = useState(0);
  const readAnew = useCallback(() => setAgain((before) => before + 1), []);
  useEffect(() => host.on('git:changed', readAnew), [host, readAnew]);
  return [again, readAnew];
}
