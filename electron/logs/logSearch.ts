import {NO_FILTER, type LogPattern, type LogSearchEnd} from '../../shared/logSearch';
import {openThread} from '../threads/thread';
import type {SearchAsk, SearchNews} from './searchLogs';

/** Searches kept logs on a thread of its own, one search at a time. */
export interface LogSearch {
  /** The pattern must be one that `lineTest` understands. A search under way is stopped first. */
  search(ask: Omit<SearchAsk, 'stop'>, onNews: (news: SearchNews) => void): Promise<LogSearchEnd>;
  /** Begins the thread, so that the first search does not wait for it. */
  prepare(): void;
  /** Stops the search under way; it ends with what it has found. */
  stop(): void;
  /** Ends the thread; a search under way rejects. */
  close(): Promise<void>;
}

/** How long the thread stays when nothing is searched. */
const IDLE_MS = 30_000;

/** A pattern for no logs. */
const NOTHING: LogPattern = {text: 'x', caseSensitive: true, wholeWord: false, regex: false};

/** A search whose thread begins with the first one. */
export function createLogSearch(): LogSearch {
  const thread = openThread<SearchAsk, LogSearchEnd, SearchNews>({
    name: 'logSearch',
    inPlace: async () => (await import('./searchLogs')).searchLogs,
  });
  let flag: Int32Array | null = null;
  let idle: NodeJS.Timeout | null = null;
  const stop = (): void => {
    if (flag !== null) Atomics.store(flag, 0, 1);
  };
  /** Begins to wait for the next search. */
  const rest = (): void => {
    if (idle !== null) clearTimeout(idle);
    idle = setTimeout(() => void thread.end(), IDLE_MS);
    idle.unref();
  };
  return {
    prepare() {
      if (flag !== null) return;
      const nothing = {pattern: NOTHING, filter: NO_FILTER, logs: []};
      // where there is no thread to be had, the search itself will say so
      thread
        .call({...nothing, stop: new SharedArrayBuffer(4)}, () => undefined)
        .catch(() => undefined);
      rest();
    },
    async search(ask, onNews) {
      stop();
      if (idle !== null) clearTimeout(idle);
      const shared = new SharedArrayBuffer(4);
      const own = new Int32Array(shared);
      flag = own;
      try {
        return await thread.call({...ask, stop: shared}, (news) => {
          if (Atomics.load(own, 0) === 0) onNews(news);
        });
      } finally {
        if (flag === own) {
          flag = null;
          rest();
        }
      }
    },
    stop,
    async close() {
      stop();
      if (idle !== null) clearTimeout(idle);
      await thread.end();
    },
  };
}
