import * as z from 'zod';
import {createJsonFile} from './jsonFile';
import {placeDecoder} from './windowPlace';

const windowDecoder = z.object({dir: z.string(), place: placeDecoder});

const lastDecoder = z.object({version: z.string(), windows: z.array(windowDecoder)});

/** A window that showed a study. */
export type KeptWindow = z.infer<typeof windowDecoder>;

/** What the start before this one has left. */
export interface LastStart {
  /** Its version where this is another; null where it is the same, or there was none. */
  readonly updatedFrom: string | null;
  /** The windows that were open together at its end; of one alone the study is the first of the recent ones. */
  readonly windows: readonly KeptWindow[];
  /** Keeps what is open now, for the next start. */
  readonly keep: (windows: readonly KeptWindow[]) => Promise<void>;
}

/** Opens what is kept from start to start. */
export function openLastStart(path: string, version: string): LastStart {
  const file = createJsonFile<z.infer<typeof lastDecoder> | null>(path, lastDecoder, null);
  const last = file.readSync();
  // the next start can do without
  const keep = (windows: readonly KeptWindow[]): Promise<void> =>
    file.write({version, windows: [...windows]}).catch(() => undefined);
  const windows = last === null || last.windows.length < 2 ? [] : last.windows;
  if (last?.version !== version) void keep(windows);
  return {
    updatedFrom: last === null || last.version === version ? null : last.version,
    windows,
    keep,
  };
}
