import type {RequestArg, RequestName, Requests} from '../../shared/contract/contract';
import type {Desk} from './deskStore';

type Value<N extends RequestName> =
  Awaited<ReturnType<Requests[N]>> extends infer R
    ? R extends {readonly ok: true; readonly value: infer V}
      ? V
      : never
    : never;

/** Asks the host; a refusal is shown as the window's error and answered as undefined. */
export async function ask<N extends RequestName>(
  desk: Desk,
  name: N,
  arg: RequestArg<N>,
): Promise<Value<N> | undefined> {
  const answer = await desk.host.request(name, arg);
  if (answer.ok) return answer.value as Value<N>;
  desk.store.setState({error: answer.error});
  return undefined;
}
