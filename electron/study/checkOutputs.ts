import {MODERATE_EXTENSIONS, TIERS, isTier, type Tier} from '../../shared/sensitivity';
import type {DraftOutput, PlacedText} from './draftAction';
import {didYouMean, type Finding, type Report} from './findings';
import {keyText, textKey} from './keyText';
import {nearestName} from './nearestName';
import {extensionOf, isAbsolutePath, normalPath} from './outputPath';
import {fixesOf, replaceScalar} from './quickFixes';
import type {Place, YamlMap, YamlValue} from './yaml/yamlValue';

/** Reads the outputs of an action, tiers in their order, and reports what is wrong (rules 4, 20 to 30). */
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
  const tiers = TIERS.filter((tier) => given.has(tier));
  return {
    tiers,
    outputs: tiers.flatMap((tier) => {
      const value = given.get(tier);
      return value === undefined ? [] : readTier(tier, value, action, text, report);
    }),
  };
}

function readTier(
  tier: Tier,
  value: YamlValue,
  action: string,
  text: string,
  report: Report,
): readonly DraftOutput[] {
  if (value.kind !== 'map' || value.set) {
    report({
      rule: 'E-TIER-TYPE',
      at: value,
      action,
      message: `\`${tier}\` is not a mapping of labels to paths.`,
      hint: `Give the path a label: \`${tier}: {table: output/table.csv}\`.`,
    });
    return [];
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
    for (const finding of checkPattern(tier, pattern, text)) report({...finding, action});
  }
  return outputs;
}

/** What is wrong with the path of an output, in the order of the rules 24 to 30. */
export function checkPattern(tier: Tier, pattern: PlacedText, text: string): readonly Finding[] {
  const path = pattern.text;
  const findings: Finding[] = [];
  const found = (rule: Finding['rule'], message: string, hint: string, mended?: string): void => {
    const fix =
      mended === undefined
        ? null
        : replaceScalar(text, pattern, path, mended, `Change to \`${mended}\``);
    findings.push({rule, at: pattern, message, hint, fixes: fixesOf(fix)});
  };
  if (path.includes('\\')) {
    const mended = path.replaceAll('\\', '/');
    found('E-PATH-BACKSLASH', `\`${path}\` holds a backslash.`, `Write \`${mended}\`.`, mended);
  }
  const wildcard = /\*\*|\?|\[/.exec(path)?.[0];
  if (wildcard !== undefined) {
    found(
      'E-PATH-WILDCARD',
      `\`${wildcard}\` is not allowed in the path of an output.`,
      '`*` stands for any part of a file or directory name; give each directory level its own.',
    );
  }
  const extension = extensionOf(path);
  if (extension === '' || extension.endsWith('*')) {
    found(
      'E-PATH-NOEXT',
      extension === ''
        ? `\`${path}\` has no file extension.`
        : `The extension of \`${path}\` ends with \`*\`.`,
      'End the path with a file extension such as `.csv`; for all CSV files of a directory write `directory/*.csv`.',
    );
  } else if (tier === 'moderately_sensitive' && !MODERATE_EXTENSIONS.includes(extension)) {
    const lower = extension.toLowerCase();
    const mended = `${path.slice(0, path.length - extension.length)}${lower}`;
    const onlyCase = MODERATE_EXTENSIONS.includes(lower) && path.endsWith(extension);
    found(
      'E-PATH-L4TYPE',
      `\`${path}\` can not be moderately sensitive: \`${extension}\` files are not let out.`,
      onlyCase
        ? `Write \`${mended}\`, and let the script write the file under this name.`
        : `Put it under \`highly_sensitive\`, or write one of ${MODERATE_EXTENSIONS.join(' ')}.`,
      onlyCase ? mended : undefined,
    );
  }
  const normal = normalPath(path);
  if (normal !== path) {
    found(
      'E-PATH-NORMAL',
      `\`${path}\` is not in its simplest form.`,
      normal === '.' ? 'Write the path of a file.' : `Write \`${normal}\`.`,
      normal === '.' ? undefined : normal,
    );
  }
  if (path === 'metadata' || path.startsWith('metadata/')) {
    found(
      'E-PATH-METADATA',
      `\`${path}\` is in \`metadata/\`.`,
      'Write it to another directory, such as `output/`.',
    );
  }
  if (isAbsolutePath(path)) {
    found(
      'E-PATH-ABSOLUTE',
      `\`${path}\` is not relative to the study.`,
      'Begin the path with a directory of the study, such as `output/`.',
    );
  }
  return findings;
}
