import {CUT_HERE} from '../../shared/log';
import {lastWritten} from '../../shared/logText';

/** Longest text of a line in the live view, in characters; the file keeps all of it. */
const SHOWN_LINE_LENGTH = 8192;

/** The text of a line as it is shown: decoded, without a final CR, cut where it is very long. */
export function shownText(text: Buffer): string {
  const written = text.toString('utf8').replace(/\r$/u, '');
  if (written.length <= SHOWN_LINE_LENGTH) return written;
  // a progress bar is a long line of which only the end is to be seen
  const shown = lastWritten(written);
  return shown.length > SHOWN_LINE_LENGTH
    ? `${shown.slice(0, SHOWN_LINE_LENGTH)}${CUT_HERE}`
    : shown;
}
