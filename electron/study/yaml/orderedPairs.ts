import type {ValueFault} from './nesting';
import {keyIdentity, type YamlList, type YamlMap, type YamlValue} from './yamlValue';

/**
 * What the tags `!!omap` (a mapping) and `!!pairs` (a list of pairs) make of a list of mappings
 * with one key each.
 */
export function orderedPairs(
  list: YamlList,
  asMap: boolean,
): {readonly value: YamlValue; readonly faults: readonly ValueFault[]} {
  const faults: ValueFault[] = [];
  const fault = (at: YamlValue, message: string): void => {
    faults.push({kind: 'value', from: at.from, to: at.to, message, hint: null});
  };
  const map: YamlMap = {kind: 'map', entries: new Map(), set: false, from: list.from, to: list.to};
  const pairs: YamlList = {kind: 'list', items: [], from: list.from, to: list.to};
  for (const item of list.items) {
    if (item.kind !== 'map' || item.entries.size !== 1) {
      fault(item, 'The tag asks for mappings with one key each.');
      continue;
    }
    for (const entry of item.entries.values()) {
      const identity = keyIdentity(entry.key);
      const {from, to} = item;
      pairs.items.push({kind: 'list', items: [entry.key, entry.value], from, to});
      if (identity === null) continue;
      if (asMap && map.entries.has(identity)) fault(entry.key, 'The key is given twice.');
      map.entries.set(identity, entry);
    }
  }
  return {value: asMap ? map : pairs, faults};
}
