import {ESCAPES, lastWritten} from '../../shared/logText';
import {pathLinks, type PathLink} from '../../shared/pathLinks';
import {visibleText} from '../../shared/visibleText';

/** A stretch of a line in one look. */
export interface AnsiSpan {
  readonly text: string;
  /** Colour by its name in the palette below; null for the usual ink. */
  readonly colour: (typeof COLOURS)[number] | null;
  readonly bold: boolean;
}

/** The eight colours of terminals, drawn with the window's own tokens so that all stay readable. */
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

/** Longest piece of one line that is drawn; a line of 100 MB must not stop the window. */
const MAX_DRAWN = 20_000;

/**
 * A line as spans: colours kept, other escape sequences taken out, overwritten parts (`\r`) dropped; what is left that
 * would steer the text around it is shown as a sign.
 */
export function ansiSpans(line: string): readonly AnsiSpan[] {
  const cut = line.length > MAX_DRAWN;
  const text = cut ? line.slice(0, MAX_DRAWN) : line;
  const shown = lastWritten(text);
  const spans: AnsiSpan[] = [];
  let look: Omit<AnsiSpan, 'text'> = {colour: null, bold: false};
  let from = 0;
  for (const match of shown.matchAll(ESCAPES)) {
    if (match.index > from)
      spans.push({...look, text: visibleText(shown.slice(from, match.index))});
    from = match.index + match[0].length;
    // of all sequences only those of colour and weight mean something here
    if (match[2] === 'm') look = lookAfter(look, match[1] ?? '');
  }
  if (from < shown.length) spans.push({...look, text: visibleText(shown.slice(from))});
  if (cut) {
    spans.push({colour: null, bold: true, text: `… ${line.length - MAX_DRAWN} more characters`});
  }
  return spans;
}

/** A stretch of a line in one look, and of one link or none. */
export interface LineSegment extends AnsiSpan {
  /** The same object for all segments of one link. */
  readonly link: PathLink | null;
}

/** A line as spans that are cut where a file of the study is named, whatever its colours. */
export function lineSegments(line: string): readonly LineSegment[] {
  const spans = ansiSpans(line);
  const links = pathLinks(spans.map(({text}) => text).join(''));
  if (links.length === 0) return spans.map((span) => ({...span, link: null}));
  const edges = links.flatMap(({from, to}) => [from, to]);
  let at = 0;
  return spans.flatMap((span): readonly LineSegment[] => {
    const [from, to] = [at, at + span.text.length];
    at = to;
    const cuts = [from, ...edges.filter((edge) => edge > from && edge < to), to];
    return cuts.slice(0, -1).map((start, index) => ({
      ...span,
      text: span.text.slice(start - from, (cuts[index + 1] ?? to) - from),
      link: links.find((link) => start >= link.from && start < link.to) ?? null,
    }));
  });
}

function lookAfter(look: Omit<AnsiSpan, 'text'>, codes: string): Omit<AnsiSpan, 'text'> {
  let {colour, bold} = look;
  const numbers = codes.split(';').map(Number);
  for (let at = 0; at < numbers.length; at += 1) {
    const code = numbers[at] ?? 0;
    if (code === 0) {
      colour = null;
      bold = false;
    } else if (code === 1) bold = true;
    else if (code === 22) bold = false;
    else if (code === 39) colour = null;
    else if (code >= 30 && code <= 37) colour = COLOURS[code - 30] ?? null;
    else if (code >= 90 && code <= 97) colour = COLOURS[code - 90] ?? null;
    // 256 colours and true colour are beyond the palette: their parameters are skipped
    else if (code === 38 || code === 48) at += numbers[at + 1] === 5 ? 2 : 4;
  }
  return {colour, bold};
}
