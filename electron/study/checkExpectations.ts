import type {Report} from './brokenRules';
import {keyText, textKey} from './keyText';
import {DEFAULT_POPULATION, featuresOf} from './projectVersion';
import {pythonIntOf} from './python/pythonNumber';
import type {Place, YamlEntry} from './yaml/yamlValue';

/**
 * Gives the dummy population of a version, null from 4 on, and reports what is wrong with
 * `expectations` (E-EXPECT-MISSING to E-EXPECT-NUMBER).
 */
export function checkExpectations(
  expectations: YamlEntry | undefined,
  version: number,
  root: Place,
  report: Report,
): number | null {
  const features = featuresOf(version);
  const value = expectations?.value;
  if (features.withoutCohortextractor) {
    if (expectations !== undefined && value !== undefined && value.kind !== 'null') {
      report({
        rule: 'E-EXPECT-UNSUPPORTED',
        at: expectations.key,
        message: 'From version 4 on there are no `expectations`.',
        hint: 'Remove them; ehrQL takes the size of its dummy data from the dataset definition.',
      });
    }
    return null;
  }
  if (!features.expectationsRequired) return DEFAULT_POPULATION;
  if (expectations === undefined || value === undefined || value.kind === 'null') {
    report({
      rule: 'E-EXPECT-MISSING',
      at: expectations?.key ?? {from: root.from, to: root.from},
      message: 'Version 3 needs `expectations`.',
      hint: 'Add `expectations: {population_size: 1000}`.',
    });
    return null;
  }
  if (value.kind !== 'map') {
    report({
      rule: 'E-EXPECT-TYPE',
      at: value,
      message: '`expectations` is not a mapping.',
      hint: 'Write `population_size: 1000` below it.',
    });
    return null;
  }
  const entries = [...value.entries.values()];
  const size = entries.find(({key}) => textKey(key) === 'population_size')?.value;
  for (const {key} of entries) {
    if (textKey(key) !== null) continue;
    report({
      rule: 'E-KEY-TYPE',
      at: key,
      message: `The key \`${keyText(key)}\` of \`expectations\` is not text.`,
      hint: 'Remove it.',
    });
  }
  if (size === undefined) {
    report({
      rule: 'E-EXPECT-NOPOP',
      at: expectations.key,
      message: '`expectations` has no `population_size`.',
      hint: 'Write `population_size: 1000` below it.',
    });
  }
  for (const {key} of entries) {
    const name = textKey(key);
    if (name === null || name === 'population_size') continue;
    report({
      rule: 'E-EXPECT-UNKNOWN',
      at: key,
      message: `\`expectations\` has no \`${name}\`.`,
      hint: 'Remove it; `population_size` is all there is.',
    });
  }
  if (size === undefined) return null;
  const population = pythonIntOf(size);
  if (population === null || !Number.isFinite(population)) {
    report({
      rule: 'E-EXPECT-NUMBER',
      at: size,
      message: '`population_size` is not a whole number.',
      hint: 'Write a number such as 1000.',
    });
    return null;
  }
  return population;
}
