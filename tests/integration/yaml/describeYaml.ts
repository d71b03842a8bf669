import type {YamlValue} from '../../../electron/study/yaml/yamlValue';
import {pythonFloat} from '../../../electron/study/python/pythonNumber';

/** A value in the form in which ruyamlOracle.py describes it. */
export function describeYaml(value: YamlValue): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'boolean':
      return value.value;
    case 'text':
      return ['text', value.text];
    case 'integer':
      return ['integer', String(value.value)];
    case 'float':
      return ['float', pythonFloat(value.value)];
    case 'date':
      return ['date'];
    case 'list':
      return ['list', value.items.map(describeYaml)];
    case 'map':
      return [
        'map',
        [...value.entries.values()].map((entry) => [
          describeYaml(entry.key),
          describeYaml(entry.value),
        ]),
      ];
  }
}
