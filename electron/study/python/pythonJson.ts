import {keyText} from '../keyText';
import type {YamlMap, YamlValue} from '../yaml/yamlValue';
import {pythonFloat} from './pythonNumber';

/** A JSON text, and whether Python would have refused to write it. */
export interface PythonJson {
  readonly json: string;
  /** A date, a tag or the like is in it, which the reference cannot write (S-CONFIG-JSON). */
  readonly refused: YamlValue | null;
}

/**
 * A `config:` mapping as the one-line JSON the reference hands to the container: ASCII only, `, ` and
 * `: ` between, apostrophes as `\u0027` (RULES "Command"). What the reference refuses becomes text.
 */
export function pythonJson(config: YamlMap): PythonJson {
  let refused: YamlValue | null = null;
  const refuse = (value: YamlValue, text: string): string => {
    refused ??= value;
    return quoted(text);
  };
  const write = (value: YamlValue, parents: readonly YamlValue[]): string => {
    if (parents.includes(value)) return refuse(value, '…');
    switch (value.kind) {
      case 'null':
        return 'null';
      case 'text':
        return quoted(value.text);
      case 'boolean':
        // ruyaml turns a boolean with an anchor into a number.
        return value.anchored ? String(Number(value.value)) : String(value.value);
      case 'integer':
        return String(value.value);
      case 'float':
        return jsonFloat(value.value);
      case 'date':
      case 'binary':
      case 'tagged':
        return refuse(value, value.text);
      case 'list': {
        const inside = [...parents, value];
        return `[${value.items.map((item) => write(item, inside)).join(', ')}]`;
      }
      case 'map': {
        const inside = [...parents, value];
        const entries = [...value.entries.values()].map((entry) => {
          const key = jsonKey(entry.key);
          return `${key ?? refuse(entry.key, keyText(entry.key))}: ${write(entry.value, inside)}`;
        });
        if (value.set) refused ??= value;
        return `{${entries.join(', ')}}`;
      }
    }
  };
  return {json: write(config, []).replaceAll("'", '\\u0027'), refused};
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  return pythonFloat(value);
}

function jsonKey(key: YamlValue): string | null {
  switch (key.kind) {
    case 'text':
      return quoted(key.text);
    case 'null':
      return '"null"';
    case 'boolean':
      return key.anchored ? `"${String(Number(key.value))}"` : `"${String(key.value)}"`;
    case 'integer':
      return `"${String(key.value)}"`;
    case 'float':
      return `"${jsonFloat(key.value)}"`;
    case 'tagged':
      return key.text === '=' ? '"="' : null;
    default:
      return null;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
