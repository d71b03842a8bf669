import {pythonFloat} from './python/pythonNumber';
import type {YamlValue} from './yaml/yamlValue';

/** A key that is text, as the reference demands outside of tiers and `config`; null for any other. */
export function textKey(key: YamlValue): string | null {
  return key.kind === 'text' ? key.text : null;
}

/** Any key in words: `1`, `true`, `null` and the like for keys that are no text. */
export function keyText(key: YamlValue): string {
  switch (key.kind) {
    case 'text':
    case 'date':
      return key.text;
    case 'null':
      return 'null';
    case 'boolean':
    case 'integer':
      return String(key.value);
    case 'float':
      return pythonFloat(key.value);
    case 'list':
      return '[…]';
    case 'map':
      return '{…}';
  }
}
