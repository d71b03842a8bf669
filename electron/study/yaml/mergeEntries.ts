import type {ValueFault} from './nesting';
import type {YamlEntry, YamlMap, YamlValue} from './yamlValue';

/**
 * Adds to a mapping what its `<<` keys bring in: own keys win, earlier sources win over later ones,
 * and what is added comes last. Gives the faults. At the root of a document nothing is brought in:
 * ruyaml fills the sources after the root.
 */
export function mergeEntries(
  map: YamlMap,
  merges: readonly YamlEntry[],
  atRoot: boolean,
): readonly ValueFault[] {
  const faults: ValueFault[] = [];
  const sources: YamlMap[] = [];
  for (const {key, value} of merges) {
    if (sources.length > 0) {
      faults.push({
        kind: 'duplicate-key',
        from: key.from,
        to: key.to,
        message: 'The key `<<` is given twice in the same mapping.',
        hint: 'Write one `<<` with a list: `<<: [*first, *second]`.',
      });
      continue;
    }
    for (const source of value.kind === 'list' ? value.items : [value]) {
      if (isSource(source)) sources.push(source);
      else faults.push(notAMapping(source));
    }
  }
  if (atRoot) return faults;
  for (const source of sources) {
    for (const [identity, entry] of [...source.entries]) {
      if (!map.entries.has(identity)) map.entries.set(identity, {...entry, merged: true});
    }
  }
  return faults;
}

function isSource(value: YamlValue): value is YamlMap {
  return value.kind === 'map';
}

function notAMapping(value: YamlValue): ValueFault {
  return {
    kind: 'value',
    from: value.from,
    to: value.to,
    message: '`<<` can only bring in mappings.',
    hint: 'Give it an alias of a mapping, such as `<<: *defaults`.',
  };
}
