import {composeYaml} from './composeYaml';
import type {ValueFault} from './nesting';
import {YamlFault} from './yamlFault';
import type {YamlValue} from './yamlValue';

/** A text read as YAML. */
export interface YamlReading {
  /** What stopped the reading, if anything. */
  readonly fault: YamlFault | null;
  /** Null for an empty text and after a fault. */
  readonly root: YamlValue | null;
  /** What is wrong with values, in the order in which the reference would come upon it. */
  readonly valueFaults: readonly ValueFault[];
}

const NOT_ALLOWED = /[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Characters of a text from which its encoding is recognised. */
const LOOKED_AT = 200;

/** Where the first NUL is at the latest: behind a byte order mark, which is two characters that can't be read, and a letter. */
const LAST_OF_FIRST = 3;

const SAVED_AS_UTF_16 = [
  'The file is saved as UTF-16, and project.yaml must be UTF-8.',
  'Save it as UTF-8: in Notepad by Save as, Encoding; in VS Code by a click on UTF-16 in the bar below, Save with Encoding; in a terminal by `iconv -f UTF-16 -t UTF-8`.',
] as const;

/** UTF-16 that was read as UTF-8: every other character of the text that is ASCII is a NUL. */
function isUtf16(text: string, firstBad: number): boolean {
  if (text.charAt(firstBad) !== '\0' || firstBad > LAST_OF_FIRST) return false;
  const beginning = text.slice(Math.max(0, firstBad - 1), firstBad + LOOKED_AT);
  const nuls = beginning.split('\0').length - 1;
  return nuls > 1 && nuls >= 0.4 * beginning.length && !beginning.includes('\0\0');
}

/** Reads a YAML text as the reference does (RULES.md, YAML). Never throws, whatever the text. */
export function readYaml(text: string): YamlReading {
  const bad = NOT_ALLOWED.exec(text);
  if (bad !== null) {
    if (isUtf16(text, bad.index)) return failed(new YamlFault(bad.index, ...SAVED_AS_UTF_16));
    return failed(
      new YamlFault(
        bad.index,
        'There is a control character here, which YAML does not allow.',
        'Delete it; it may not show in your editor.',
      ),
    );
  }
  try {
    return {fault: null, ...composeYaml(text)};
  } catch (error) {
    if (error instanceof YamlFault) return failed(error);
    throw error;
  }
}

function failed(fault: YamlFault): YamlReading {
  return {fault, root: null, valueFaults: []};
}
