import type {EngineHostFacts} from '../executor/executor';
import {fine, notChecked, type Judgement, warning} from './judgement';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxies that the environment names. */
export interface Proxies {
  readonly http: string;
  readonly https: string;
}

/** The proxies of an environment, in either spelling. Pure. */
export function proxiesOf(env: Environment): Proxies {
  const either = (name: string): string => env[name.toUpperCase()] ?? env[name] ?? '';
  return {http: either('http_proxy'), https: either('https_proxy')};
}

/**
 * Whether this computer and its engine go through the same proxy. Images are downloaded by the engine, so its own is the one that
 * counts; `ours` is the one by which Study Desk itself asks, null for none. Pure.
 */
export function judgeProxies(
  own: Proxies,
  engine: EngineHostFacts['proxies'],
  ours: string | null = null,
): readonly Judgement[] {
  const named = own.https !== '' || own.http !== '';
  if (engine === null)
    return named
      ? [
          warning(
            `The environment names ${addressesOf(own)}; the engine does not say whether it uses one.`,
            {
              hint: 'Images are downloaded by the engine: where downloads fail, set the proxy in its own settings.',
              inReport: 'The environment names a proxy; the engine names none.',
            },
          ),
        ]
      : [notChecked('The environment names none; the engine does not say whether it uses one.')];
  const same = (['http', 'https'] as const).every(
    (each) => withoutLogin(own[each]) === withoutLogin(engine[each]),
  );
  const engineNames = engine.http !== '' || engine.https !== '';
  if (same && !named) return [fine('Neither this computer nor the engine goes through one.')];
  if (same) return [fine(`Both name ${addressesOf(own)}.`, {inReport: 'Both name the same one.'})];
  if (!engineNames)
    return [
      warning(`The environment names ${addressesOf(own)}; the engine goes through none.`, {
        hint: 'Images are downloaded by the engine: where downloads fail, set the proxy in its own settings.',
        inReport: 'The environment names a proxy; the engine goes through none.',
      }),
    ];
  return [
    named
      ? warning(
          `The environment names ${addressesOf(own)}; the engine goes through ${addressesOf(engine)}.`,
          {
            hint: 'Images are downloaded by the engine, so that its own is the one that counts.',
            inReport: 'The environment and the engine name different ones.',
          },
        )
      : fine(
          `The engine goes through ${addressesOf(engine)}, by which images are downloaded. Study Desk itself goes through ${ours ?? 'none'}.`,
          {inReport: 'The engine goes through one; the environment names none.'},
        ),
  ];
}

function addressesOf({http, https}: Proxies): string {
  const both = [https, http].filter((each) => each !== '').map(withoutLogin);
  return [...new Set(both)].join(' and ');
}

/** An address without user name and password. */
function withoutLogin(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/@]*@/iu, '$1').replace(/\/$/u, '');
}
