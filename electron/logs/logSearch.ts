import type {LogSearchEnd} from '../../shared/logSearch';
import {openThread} from '../threads/thread';
import type {SearchAsk, SearchNews} from './searchLogs';

/** Searches kept logs on a thread of its own, one search at a time. */
export interface LogSearch {
  /** The pattern must be one that `lineTest` understands. A search under way is stopped first. */
  search(ask: Omit<SearchAsk, 'stop'>, onNews: (news: SearchNews) => void): Promise<LogSearchEnd>;
  /** Stops the search under way; it ends with what it has found. */
  stop(): void;
  /** Ends the thread; a search under way rejects. */
  close(): Promise<void>;
}

/** How long the thread stays when nothing is searched. */
const IDLE_MS = 30_000;

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
  return {
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
          idle = setTimeout(() => void thread.end(), IDLE_MS);
          idle.unref();
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
