import {formatBytes, formatCount} from '../../shared/format';
import {failWith} from '../../shared/errors';
import {ok} from '../../shared/result';
import type {BeginHooks, Core} from '../core/core';
import type {Answer} from '../core/studyContext';
import type {Desktop} from './desktop';
import type {Answers} from './windowAnswers';

/** A study that a window has begun and that is not whole yet. */
interface Beginning {
  readonly stop: AbortController;
  words: string;
}

/** Begins and follows studies for windows, one at a time for each; what is stopped, or fails, leaves nothing behind. */
export function beginAnswers(
  core: () => Promise<Core>,
  desktop: Pick<Desktop, 'gitTokens'>,
): Answers<'app:begin' | 'app:gitToken' | 'app:follow' | 'app:beginProgress' | 'app:stopBegin'> {
  const underWay = new Map<number, Beginning>();
  const begin = async <T>(
    windowId: number,
    token: string | null,
    way: (desk: Core, hooks: BeginHooks) => Answer<T>,
  ): Answer<T> => {
    if (underWay.has(windowId))
      return failWith('invalid-request', 'This window begins another study just now.');
    const now: Beginning = {stop: new AbortController(), words: ''};
    underWay.set(windowId, now);
    try {
      return await way(await core(), {
        signal: now.stop.signal,
        ...(token === null ? {} : {token}),
        onProgress: (progress) => {
          now.words = progressWords(progress);
        },
      });
    } finally {
      underWay.delete(windowId);
    }
  };
  return {
    'app:begin': async ({windowId}, {way, dir, from, token}) => {
      const host = hostOf(from);
      const kept = host === null ? null : await desktop.gitTokens.of(host);
      const begun = await begin(windowId, token ?? kept?.token ?? null, (desk, hooks) =>
        way === 'clone' ? desk.cloneStudy(from ?? '', dir, hooks) : desk.newStudy(dir, from, hooks),
      );
      if (begun.ok && token !== null && host !== null) await desktop.gitTokens.keep(host, token);
      return begun.ok ? ok({dir: begun.value.dir, notices: begun.value.notices}) : begun;
    },
    'app:follow': ({windowId}, {from}) =>
      begin(windowId, null, (desk, hooks) => desk.followStudy(from, hooks)),
    'app:gitToken': async (_caller, {from, forget}) => {
      const host = hostOf(from);
      if (host === null) return ok(null);
      if (forget) await desktop.gitTokens.forget(host);
      return ok((await desktop.gitTokens.of(host))?.keptBy ?? null);
    },
    'app:beginProgress': async ({windowId}) => ok(underWay.get(windowId)?.words ?? ''),
    'app:stopBegin': async ({windowId}) => {
      underWay.get(windowId)?.stop.abort();
      return ok(null);
    },
  };
}

/** The host that a token is for, with its scheme and port; null where the address has none that takes one. */
function hostOf(from: string | null): string | null {
  try {
    const {protocol, origin} = new URL(from ?? '');
    return /^https?:$/.test(protocol) ? origin : null;
  } catch {
    return null;
  }
}

function progressWords({
  phase,
  loaded,
  total,
}: {
  readonly phase: string;
  readonly loaded: number;
  readonly total: number | null;
}): string {
  const done =
    /byte|receiv/i.test(phase) && total === null ? formatBytes(loaded) : formatCount(loaded);
  return `${phase}: ${done}${total === null ? '' : ` of ${formatCount(total)}`}`;
}
