import type {DraftAction, DraftRun, PlacedText} from './draftAction';
import {didYouMean, type Report} from './brokenRules';
import {keyText, textKey} from './keyText';
import {currentTag} from './knownImages';
import {nearestName} from '../../shared/nearestName';
import {checkOutputs} from './checkOutputs';
import type {VersionFeatures} from './projectVersion';
import {fixesOf, replaceScalar} from './quickFixes';
import {checkExtraction} from './checkExtraction';
import {tokenise} from './tokenise';
import type {YamlEntry, YamlMap, YamlValue} from './yaml/yamlValue';

const ACTION_KEYS = ['run', 'needs', 'outputs', 'config', 'dummy_data_file'];

/** Reads the actions in file order and reports what is wrong within each (E-RUN-ALL-RESERVED to E-EHRQL-MISMATCH). */
export function readActions(
  actions: YamlMap,
  features: VersionFeatures,
  text: string,
  report: Report,
): readonly DraftAction[] {
  return [...actions.entries.values()].map((entry) => readAction(entry, features, text, report));
}

function readAction(
  entry: YamlEntry,
  features: VersionFeatures,
  text: string,
  report: Report,
): DraftAction {
  const name = keyText(entry.key);
  const nothing: DraftAction = {
    name,
    named: textKey(entry.key) !== null,
    key: entry.key,
    run: null,
    needs: [],
    outputs: [],
    tiers: [],
    config: null,
    dummyDataFile: null,
  };
  if (textKey(entry.key) === 'run_all') {
    if (features.withoutRunAll) {
      report({
        rule: 'E-RUN-ALL-RESERVED',
        at: entry.key,
        action: name,
        message: 'An action cannot be called `run_all`.',
        hint: 'Rename it, for example to `run-all`.',
      });
    } else {
      report({
        rule: 'W-RUN-ALL',
        at: entry.key,
        action: name,
        message: 'An action is called `run_all`, a name that stands for all actions.',
        hint: 'Rename it; from version 5 on the name is refused.',
      });
    }
  }
  if (entry.value.kind !== 'map') {
    report({
      rule: 'E-ACTION-TYPE',
      at: entry.value.kind === 'null' ? entry.key : entry.value,
      action: name,
      message: `The action \`${name}\` is not a mapping.`,
      hint: 'Give it `run:` and `outputs:`, indented below its name.',
    });
    return nothing;
  }
  const parts = partsOf(entry.value);
  const missing = (part: string, rule: 'E-NO-RUN' | 'E-NO-OUTPUTS', hint: string): void => {
    if (parts.has(part)) return;
    const similar = nearestName(
      part,
      [...parts.keys()].filter((key) => !ACTION_KEYS.includes(key)),
    );
    report({
      rule,
      at: entry.key,
      action: name,
      message: `The action \`${name}\` has no \`${part}\`.`,
      hint: similar === null ? hint : `Is \`${similar}\` meant to be \`${part}\`?`,
    });
  };
  missing('run', 'E-NO-RUN', 'Add a line such as `run: r:v3 analysis/model.R`.');
  missing('outputs', 'E-NO-OUTPUTS', 'Add `outputs:` with a tier, a label and a path.');
  checkKeys(entry.value, name, text, report);
  const draft = readParts(nothing, parts, text, report);
  checkExtraction(draft, report);
  return draft;
}

function partsOf(action: YamlMap): ReadonlyMap<string, YamlEntry> {
  const parts = new Map<string, YamlEntry>();
  for (const entry of action.entries.values()) {
    const key = textKey(entry.key);
    if (key !== null) parts.set(key, entry);
  }
  return parts;
}

function checkKeys(action: YamlMap, name: string, text: string, report: Report): void {
  for (const {key} of action.entries.values()) {
    const part = textKey(key);
    if (part === null) {
      report({
        rule: 'E-KEY-TYPE',
        at: key,
        action: name,
        message: `The key \`${keyText(key)}\` of \`${name}\` is not text.`,
        hint: 'Remove it.',
      });
    } else if (!ACTION_KEYS.includes(part)) {
      const nearest = nearestName(part, ACTION_KEYS);
      report({
        rule: 'E-UNKNOWN-ACTION-KEY',
        at: key,
        action: name,
        message: `An action has no \`${part}\`.`,
        hint:
          didYouMean(nearest) ??
          `An action can have ${ACTION_KEYS.map((known) => `\`${known}\``).join(', ')}.`,
        fixes: fixesOf(
          nearest === null || action.entries.has(`t${nearest}`)
            ? null
            : replaceScalar(text, key, part, nearest, `Change to \`${nearest}\``),
        ),
      });
    }
  }
}

function readParts(
  nothing: DraftAction,
  parts: ReadonlyMap<string, YamlEntry>,
  text: string,
  report: Report,
): DraftAction {
  const {name} = nothing;
  const outputs = parts.get('outputs');
  const run = parts.get('run');
  const needs = parts.get('needs');
  const config = parts.get('config')?.value ?? null;
  const dummy = parts.get('dummy_data_file')?.value ?? null;

  const outputsMap = outputs === undefined ? null : mapOf(outputs.value);
  if (outputs !== undefined && outputsMap === null) {
    report({
      rule: 'E-OUTPUTS-TYPE',
      at: placeOf(outputs),
      action: name,
      message: '`outputs` is not a mapping of tiers.',
      hint: 'Write a tier below it, and below the tier a label and a path.',
    });
  }
  if (run !== undefined && run.value.kind !== 'text') {
    report({
      rule: 'E-RUN-TYPE',
      at: placeOf(run),
      action: name,
      message: '`run` is not text.',
      hint: 'Write the command on one line, for example `run: r:v3 analysis/model.R`.',
    });
  }
  const needsValue = needs?.value ?? null;
  if (needs !== undefined && needsValue?.kind !== 'list' && needsValue?.kind !== 'null') {
    report({
      rule: 'E-NEEDS-TYPE',
      at: placeOf(needs),
      action: name,
      message: '`needs` is not a list.',
      hint:
        needsValue?.kind === 'text' && needsValue.text !== ''
          ? `Write \`needs: [${needsValue.text}]\`.`
          : 'Write `needs: [name]`.',
      fixes: fixesOf(
        needsValue?.kind === 'text' && needsValue.plain && /^[\w-]+$/.test(needsValue.text)
          ? replaceWith(needsValue, `[${needsValue.text}]`, 'Make it a list')
          : null,
      ),
    });
  }
  const configMap = config === null ? null : mapOf(config);
  if (config !== null && config.kind !== 'null' && configMap === null) {
    report({
      rule: 'E-CONFIG-TYPE',
      at: config,
      action: name,
      message: '`config` is not a mapping.',
      hint: 'Write `name: value` lines below it.',
    });
  }
  if (dummy !== null && dummy.kind !== 'null' && dummy.kind !== 'text') {
    report({
      rule: 'E-DUMMY-TYPE',
      at: dummy,
      action: name,
      message: '`dummy_data_file` is not text.',
      hint: 'Give the path of a file of the study.',
    });
  }
  const checked =
    outputsMap === null || outputs === undefined
      ? {outputs: [], tiers: []}
      : checkOutputs(outputsMap, placeOf(outputs), name, text, report);
  return {
    ...nothing,
    ...checked,
    run: run?.value.kind === 'text' ? readRun(run.value, placeOf(run), name, report) : null,
    needs: needsValue?.kind === 'list' ? readNeeds(needsValue.items, name, report) : [],
    config: configMap,
    dummyDataFile: dummy?.kind === 'text' ? dummy : null,
  };
}

/** The value where it can be seen, else its key. */
function placeOf(entry: YamlEntry): {readonly from: number; readonly to: number} {
  return entry.value.kind === 'null' && entry.value.from === entry.value.to
    ? entry.key
    : entry.value;
}

function mapOf(value: YamlValue): YamlMap | null {
  return value.kind === 'map' ? value : null;
}

function replaceWith(value: YamlValue, insert: string, title: string) {
  return {title, edits: [{from: value.from, to: value.to, insert}]};
}

const TAG = /^(?:v[\p{Nd}.]+(?:-pre)?|dev|latest)$/u;

function readRun(
  value: YamlValue & {readonly kind: 'text'},
  at: {readonly from: number; readonly to: number},
  name: string,
  report: Report,
): DraftRun {
  const run = {text: value.text, from: at.from, to: at.to};
  const nothing: DraftRun = {...run, argv: null, imageName: '', imageTag: ''};
  const tokens = tokenise(value.text);
  if (tokens.ok && tokens.value.length === 0) {
    report({
      rule: 'E-RUN-EMPTY',
      at,
      action: name,
      message: '`run` is empty.',
      hint: 'Write an image with its version, and what it is to run: `r:v3 analysis/model.R`.',
    });
    return nothing;
  }
  if (!tokens.ok) {
    report({
      rule: 'E-RUN-QUOTING',
      at,
      action: name,
      message:
        tokens.error === 'unclosed-quote'
          ? 'A quote in the command is never closed.'
          : 'The command ends with a backslash.',
      hint:
        tokens.error === 'unclosed-quote'
          ? "Add the closing quote, or write \\' for an apostrophe."
          : 'Remove the backslash.',
    });
    return nothing;
  }
  const image = tokens.value[0] ?? '';
  const colon = image.indexOf(':');
  const imageName = colon < 0 ? image : image.slice(0, colon);
  const imageTag = colon < 0 ? '' : image.slice(colon + 1);
  if (!TAG.test(imageTag)) {
    report({
      rule: 'E-RUN-VERSION',
      at,
      action: name,
      message:
        imageTag === ''
          ? `The command begins with \`${image}\`, which has no version.`
          : `\`${imageTag}\` is not a version of an image.`,
      hint: `Write the version behind a colon, for example \`${imageName === '' ? 'r' : imageName}:${currentTag(imageName === '' ? 'r' : imageName)}\`.`,
    });
  }
  return {...run, argv: tokens.value, imageName, imageTag};
}

function readNeeds(items: readonly YamlValue[], name: string, report: Report): PlacedText[] {
  const needs: PlacedText[] = [];
  for (const item of items) {
    if (item.kind !== 'text') {
      report({
        rule: 'E-NEEDS-ITEM',
        at: item,
        action: name,
        message: `${item.kind === 'null' ? 'An entry of `needs` is empty.' : 'An entry of `needs` is not text.'}`,
        hint: 'Give the name of an action, in quotes where it looks like a number.',
      });
      continue;
    }
    if (item.text.includes(' ')) {
      report({
        rule: 'E-NEEDS-SPACE',
        at: item,
        action: name,
        message: `\`${item.text}\` in \`needs\` holds a space.`,
        hint: 'Put a comma or a new line with a dash between two names.',
      });
    }
    needs.push(item);
  }
  return needs;
}
