import {keyText} from '../keyText';
import type {YamlMap, YamlValue} from '../yaml/yamlValue';
import {pythonFloat} from './pythonNumber';

/** A JSON text, and whether Python would have refused to write it. */
export interface PythonJson {
  readonly json: string;
  /** A date in it, which the reference cannot write (S-CONFIG-JSON). */
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
  const write = (value: YamlValue): string => {
    switch (value.kind) {
      case 'null':
        return 'null';
      case 'text':
        return quoted(value.text);
      case 'boolean':
      case 'integer':
        return String(value.value);
      case 'float':
        return jsonFloat(value.value);
      case 'date':
        return refuse(value, value.text);
      case 'list':
        return `[${value.items.map(write).join(', ')}]`;
      case 'map': {
        const entries = [...value.entries.values()].map((entry) => {
          const key = jsonKey(entry.key);
          return `${key ?? refuse(entry.key, keyText(entry.key))}: ${write(entry.value)}`;
        });
        return `{${entries.join(', ')}}`;
      }
    }
  };
  return {json: write(config).replaceAll("'", '\\u0027'), refused};
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
    case 'integer':
      return `"${String(key.value)}"`;
    case 'float':
      return `"${jsonFloat(key.value)}"`;
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
