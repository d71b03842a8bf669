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

/** Reads a YAML text as the reference does (RULES.md, YAML). Never throws, whatever the text. */
export function readYaml(text: string): YamlReading {
  const bad = NOT_ALLOWED.exec(text);
  if (bad !== null) {
    return failed(
      new YamlFault(
        bad.index,
        'A control character stands here, which YAML does not allow.',
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
