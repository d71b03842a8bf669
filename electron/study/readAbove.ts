import type {YamlFault} from './yaml/yamlFault';
import {readYaml} from './yaml/readYaml';
import type {YamlMap} from './yaml/yamlValue';

/** What can be read above the place where a text stops being YAML. */
export interface TextAbove {
  readonly root: YamlMap;
  /** Its last action, which may be cut off; null where there is none. */
  readonly lastAction: string | null;
}

/** Texts tried before giving up. */
const MOST_ATTEMPTS = 12;

/**
 * Reads what is above a fault: the text up to the fault's line, and less of it until the rest can be
 * read, up to the next fault or by twice as many lines each time. Null where nothing can.
 */
export function readAbove(text: string, fault: YamlFault): TextAbove | null {
  let end = Math.min(fault.offset, text.length);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    for (let lines = 2 ** attempt; lines > 0 && end > 0; lines -= 1) {
      end = text.lastIndexOf('\n', end - 1);
    }
    if (end <= 0) return null;
    const {root, fault: another} = readYaml(text.slice(0, end + 1));
    if (another === null) {
      return root?.kind === 'map' ? {root, lastAction: lastActionOf(root)} : null;
    }
    end = Math.min(end, another.offset);
  }
  return null;
}

function lastActionOf(root: YamlMap): string | null {
  const actions = root.entries.get('tactions')?.value;
  if (actions?.kind !== 'map') return null;
  const last = [...actions.entries.values()].at(-1);
  return last?.key.kind === 'text' ? last.key.text : null;
}
