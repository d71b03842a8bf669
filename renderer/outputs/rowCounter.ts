import {useEffect, useState} from 'react';
import type {OutputEntry, OutputFile, RowCount} from '../../shared/output';
import type {HostApi} from '../../shared/contract/contract';

/** Finds how many rows the tables in view have, one file after the other; what has left the view meanwhile is not asked for. */
export interface RowCounter {
  /** Undefined for a file that has not been asked for. */
  readonly known: (file: OutputFile) => RowCount | undefined;
  /** Asks for a file, `onRows` gets the answer; what it returns cancels that. */
  want(file: OutputFile, onRows: (rows: RowCount) => void): () => void;
}

/** Creates one for a window's study. */
export function createRowCounter(host: HostApi): RowCounter {
  const counts = new Map<string, RowCount>();
  const wanted = new Map<OutputFile, (rows: RowCount) => void>();
  let isAsking = false;

  const askForAll = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      for (let next = first(wanted); next !== undefined; next = first(wanted)) {
        const [file, onRows] = next;
        const answer = await host.request('outputs:rowCount', {path: file.path});
        const rows = answer.ok ? answer.value : 'not counted';
        counts.set(keyOf(file), rows);
        if (wanted.delete(file)) onRows(rows);
      }
    } finally {
      isAsking = false;
    }
  };

  return {
    known: (file) => counts.get(keyOf(file)),
    want(file, onRows) {
      wanted.set(file, onRows);
      void askForAll();
      return () => void wanted.delete(file);
    },
  };
}

function first<Key, Value>(map: ReadonlyMap<Key, Value>): readonly [Key, Value] | undefined {
  const [entry] = map;
  return entry;
}

/** A file made anew has other rows. */
function keyOf({path, sha256}: OutputFile): string {
  return `${sha256} ${path}`;
}

/** How many rows a file that is in view has; undefined until it has been asked, and without a file. */
export function useRowCount(
  counter: RowCounter,
  file: OutputEntry | undefined,
): RowCount | undefined {
  const [, setRows] = useState<RowCount | null>(null);
  useEffect(
    () =>
      file?.present === true && counter.known(file) === undefined
        ? counter.want(file, setRows)
        : undefined,
    [counter, file],
  );
  return file === undefined ? undefined : counter.known(file);
}
