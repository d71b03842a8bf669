import {useCallback, useEffect, useState} from 'react';
import {appError} from '../../shared/errors';
import {plainText} from '../../shared/logText';
import {ask} from '../state/ask';
import {useDesk, type Desk} from '../state/deskStore';

/** Lines that were picked by their numbers; both ends belong to them. */
export interface PickedLines {
  readonly from: number;
  readonly to: number;
}

/** Lines asked for at once. */
const READ_LINES = 5000;
/** Characters that are put on the clipboard at most; more is a file, not a text to paste. */
const MOST_CHARACTERS = 64 * 1024 * 1024;

/** Picking lines by their numbers, with Shift up to another one, and copying them, on screen or not. */
export function usePickedLines(jobId: string | null, totalLines: number) {
  const desk = useDesk();
  const [ends, setEnds] = useState<readonly [anchor: number, end: number] | null>(null);
  useEffect(() => setEnds(null), [jobId]);
  const picked: PickedLines | null =
    ends === null ? null : {from: Math.min(...ends), to: Math.max(...ends)};
  // rows that need not be drawn again get the same one
  const pick = useCallback(
    (line: number, further: boolean) =>
      setEnds((before) => [further && before !== null ? before[0] : line, line]),
    [],
  );
  return {
    picked,
    pick,
    pickAll: () => setEnds(totalLines === 0 ? null : [0, totalLines - 1]),
    clear: () => setEnds(null),
    /** Puts the picked lines on the clipboard, of them only those that are among others if these are given; false where none are picked. */
    copy(among: readonly number[] | null): boolean {
      if (picked === null || jobId === null) return false;
      void copyLines(desk, jobId, picked, among);
      return true;
    },
  };
}

/** Puts lines on the clipboard as they read on the screen; says so where there are more than fit. */
async function copyLines(
  desk: Desk,
  jobId: string,
  {from, to}: PickedLines,
  among: readonly number[] | null,
): Promise<void> {
  const wanted = among === null ? null : new Set(among);
  const texts: string[] = [];
  let characters = 0;
  for (let fromSeq = from; fromSeq <= to;) {
    const limit = Math.min(READ_LINES, to - fromSeq + 1);
    const page = await ask(desk, 'logs:read', {jobId, fromSeq, limit});
    if (page === undefined) return;
    if (page.lines.length === 0) break;
    for (const [index, line] of page.lines.entries()) {
      if (wanted?.has(fromSeq + index) === false) continue;
      const text = plainText(line.text);
      characters += text.length + 1;
      texts.push(text);
    }
    if (characters > MOST_CHARACTERS) return desk.store.setState({error: TOO_MUCH});
    fromSeq += page.lines.length;
  }
  await navigator.clipboard.writeText(`${texts.join('\n')}\n`);
}

const TOO_MUCH = appError('invalid-request', 'Too many lines for the clipboard.', {
  hint: 'Save the log as a file instead.',
});
