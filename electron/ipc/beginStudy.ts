import {formatBytes, formatCount} from '../../shared/format';
import {failWith} from '../../shared/errors';
import {ok} from '../../shared/result';
import type {BeginHooks, Core} from '../core/core';
import type {Answer} from '../core/studyContext';
import type {Desktop} from './desktop';
import type {StudySessions} from './studySessions';
import type {Answers} from './windowAnswers';

/** Shortest time between two words of how far it is. */
const PROGRESS_MS = 100;

/** Begins and follows studies for windows, one at a time for each; what is stopped, or fails, leaves nothing behind. */
export function beginAnswers(
  core: () => Promise<Core>,
  desktop: Pick<Desktop, 'gitTokens'>,
  sendTo: StudySessions['sendTo'],
): Answers<'app:begin' | 'app:gitToken' | 'app:follow' | 'app:stopBegin'> {
  const underWay = new Map<number, AbortController>();
  const begin = async <T>(
    windowId: number,
    token: string | null,
    way: (desk: Core, hooks: BeginHooks) => Answer<T>,
  ): Answer<T> => {
    if (underWay.has(windowId))
      return failWith('invalid-request', 'This window begins another study just now.');
    const stop = new AbortController();
    underWay.set(windowId, stop);
    const send = sendTo(windowId);
    let sentAt = 0;
    try {
      return await way(await core(), {
        signal: stop.signal,
        ...(token === null ? {} : {token}),
        onProgress: (progress) => {
          // a clone reports each object
          if (Date.now() - sentAt < PROGRESS_MS) return;
          sentAt = Date.now();
          send('begin:progress', progressWords(progress));
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
    'app:stopBegin': async ({windowId}) => {
      underWay.get(windowId)?.abort();
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
