import {brokenPatternRules} from '../../shared/outputPatternRules';
import {TIERS, isTier, type Tier} from '../../shared/sensitivity';
import type {DraftOutput} from './draftAction';
import {didYouMean, type Report} from './brokenRules';
import {keyText, textKey} from './keyText';
import {nearestName} from '../../shared/nearestName';
import {fixesOf, replaceScalar} from './quickFixes';
import type {Place, YamlMap, YamlValue} from './yaml/yamlValue';

/** Reads the outputs of an action, tiers in their order, and reports what is wrong (E-OUTPUTS-EMPTY to E-PATH-ABSOLUTE). */
export function checkOutputs(
  outputs: YamlMap,
  at: Place,
  action: string,
  text: string,
  report: Report,
): {readonly outputs: readonly DraftOutput[]; readonly tiers: readonly Tier[]} {
  const given = new Map<Tier, YamlValue>();
  const unknown: {readonly key: YamlValue; readonly name: string}[] = [];
  for (const {key, value} of outputs.entries.values()) {
    const name = textKey(key);
    if (name === null) {
      report({
        rule: 'E-KEY-TYPE',
        at: key,
        action,
        message: `\`${keyText(key)}\` is not a tier.`,
        hint: `The tiers are ${TIERS.map((tier) => `\`${tier}\``).join(', ')}.`,
      });
    } else if (isTier(name)) {
      if (value.kind !== 'null') given.set(name, value);
    } else {
      unknown.push({key, name});
    }
  }
  if (given.size === 0) {
    report({
      rule: 'E-OUTPUTS-EMPTY',
      at,
      action,
      message: `The action \`${action}\` has no outputs under any tier.`,
      hint: `Add ${TIERS.map((tier) => `\`${tier}\``).join(' or ')} with a label and a path.`,
    });
  }
  for (const {key, name} of unknown) {
    const nearest = nearestName(name, TIERS);
    report({
      rule: 'E-UNKNOWN-TIER',
      at: key,
      action,
      message: `\`${name}\` is not a tier.`,
      hint:
        didYouMean(nearest) ?? `The tiers are ${TIERS.map((tier) => `\`${tier}\``).join(', ')}.`,
      fixes: fixesOf(
        nearest === null || outputs.entries.has(`t${nearest}`)
          ? null
          : replaceScalar(text, key, name, nearest, `Change to \`${nearest}\``),
      ),
    });
  }
  const tiers: Tier[] = [];
  const read: DraftOutput[] = [];
  for (const tier of TIERS) {
    const value = given.get(tier);
    const inTier = value === undefined ? null : readTier(tier, value, action, text, report);
    if (inTier === null) continue;
    tiers.push(tier);
    read.push(...inTier);
  }
  return {tiers, outputs: read};
}

/** The outputs of a tier; null where something is given but none can be read. */
function readTier(
  tier: Tier,
  value: YamlValue,
  action: string,
  text: string,
  report: Report,
): readonly DraftOutput[] | null {
  if (value.kind !== 'map') {
    report({
      rule: 'E-TIER-TYPE',
      at: value,
      action,
      message: `\`${tier}\` is not a mapping of labels to paths.`,
      hint: `Give the path a label: \`${tier}: {table: output/table.csv}\`.`,
    });
    return null;
  }
  const outputs: DraftOutput[] = [];
  for (const entry of value.entries.values()) {
    const label = keyText(entry.key);
    const pattern = entry.value;
    if (pattern.kind !== 'text') {
      report({
        rule: 'E-OUTPUT-TYPE',
        at: pattern.kind === 'null' ? entry.key : pattern,
        action,
        message: `The path of \`${label}\` is not text.`,
        hint:
          pattern.kind === 'list'
            ? 'Give each file a label of its own, or use `*`.'
            : 'Give one path, such as `output/table.csv`.',
      });
      continue;
    }
    outputs.push({tier, label, pattern});
    for (const {rule, message, hint, fixed} of brokenPatternRules(tier, pattern.text)) {
      const fix =
        fixed === null
          ? null
          : replaceScalar(text, pattern, pattern.text, fixed, `Change to \`${fixed}\``);
      report({rule, at: pattern, action, message, hint, fixes: fixesOf(fix)});
    }
  }
  return outputs.length === 0 && value.entries.size > 0 ? null : outputs;
}
