import type {YamlValue} from '../../../electron/study/yaml/yamlValue';
import {pythonFloat} from '../../../electron/study/python/pythonNumber';

/** A value in the form in which ruyamlOracle.py describes it. */
export function describeYaml(value: YamlValue, parents: readonly YamlValue[] = []): unknown {
  const inside = [...parents, value];
  switch (value.kind) {
    case 'null':
      return null;
    case 'boolean':
      return value.anchored ? ['anchored', value.value] : value.value;
    case 'text':
      return ['text', value.text];
    case 'integer':
      return ['integer', String(value.value)];
    case 'float':
      return ['float', pythonFloat(value.value)];
    case 'date':
      return ['date', value.text];
    case 'binary':
      return ['binary'];
    case 'tagged':
      return ['tagged', value.text];
    case 'list':
      if (parents.includes(value)) return ['again'];
      return ['list', value.items.map((item) => describeYaml(item, inside))];
    case 'map': {
      if (parents.includes(value)) return ['again'];
      const entries = [...value.entries.values()];
      if (value.set) return ['set', entries.map(({key}) => describeKey(key, inside))];
      return [
        'map',
        entries.map((entry) => [describeKey(entry.key, inside), describeYaml(entry.value, inside)]),
      ];
    }
  }
}

/** As a key a lone `=` is text to ruyaml. */
function describeKey(key: YamlValue, parents: readonly YamlValue[]): unknown {
  if (key.kind === 'tagged' && key.text === '=') return ['text', '='];
  return describeYaml(key, parents);
}
