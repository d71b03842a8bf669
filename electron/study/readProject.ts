import type {Action, Project, ProjectReading} from '../../shared/project';
import {actionAsRead, buildAction} from './buildAction';
import {checkTogether} from './checkTogether';
import type {DraftAction} from './draftAction';
import {toProblem, type BrokenRule, type Report} from './brokenRules';
import {LineIndex} from './lineIndex';
import {checkExtraRules} from './extraRules/checkExtraRules';
import {featuresOf, LATEST_VERSION, DEFAULT_POPULATION} from './projectVersion';
import {runAllOf, type ReadablePart} from './readablePart';
import {readActions} from './readActions';
import {readRoot} from './readRoot';
import {RULES, type RuleCode} from './ruleTable';
import {readYaml, type YamlReading} from './yaml/readYaml';
import type {YamlMap, Place, YamlEntry} from './yaml/yamlValue';
import type {YamlFault} from './yaml/yamlFault';
import {keyText, textKey} from './keyText';
import {pythonIntOf} from './python/pythonNumber';

/** What is known of the study besides project.yaml. */
export interface ReadContext {
  /** Study-relative paths with `/`; without them nothing is said about missing scripts. */
  readonly files?: ReadonlySet<string>;
}

/** Problems reported at most; a file with more is fixed step by step. */
const MOST_PROBLEMS = 5000;

/** A reading, and what can be shown of a text with errors: null where it is valid, or nothing can be read. */
export interface StudyReading {
  readonly reading: ProjectReading;
  readonly part: ReadablePart | null;
}

/**
 * Reads a project.yaml: every problem at its place, and the project where it is valid
 * (RULES.md). Never throws, whatever the text.
 */
export function readProject(text: string, context: ReadContext = {}): ProjectReading {
  return readWithPart(text, context).reading;
}

/** As `readProject`, with what can be read of a text with errors. */
export function readWithPart(text: string, context: ReadContext = {}): StudyReading {
  const brokenRules: BrokenRule[] = [];
  const report: Report = (broken) => brokenRules.push(broken);
  const files = context.files ?? null;
  const yaml = readYaml(text);
  reportYaml(yaml, report);
  let read: ReadMapping = {version: null, drafts: [], populationSize: null};
  if (yaml.fault !== null) {
    const above = readAbove(text, yaml.fault);
    if (above !== null) {
      read = readMapping(above.root, text, null, (broken) => {
        if (holdsAbove(broken, above.lastAction)) report(broken);
      });
    }
  } else if (yaml.root?.kind === 'map') {
    read = readMapping(yaml.root, text, files, report);
  } else {
    const empty = yaml.root === null || yaml.root.kind === 'null';
    report({
      rule: 'E-ROOT-TYPE',
      at: yaml.root ?? {from: 0, to: 0},
      message: empty ? 'The file is empty.' : 'The file is not a mapping.',
      hint: 'Begin with `version: 5` and `actions:`.',
    });
  }
  const errors = brokenRules.filter(({rule}) => RULES[rule].severity === 'error');
  const valid = errors.length === 0;
  const lines = new LineIndex(text);
  const reading = {
    valid,
    acceptedByReference: errors.every(({rule}) => RULES[rule].source === 'study-desk'),
    // a version above a fault is not that of the file as a whole
    version: yaml.fault === null ? read.version : null,
    problems: brokenRules.slice(0, MOST_PROBLEMS).map((broken) => toProblem(broken, lines)),
    project: valid ? buildProject(read, lines) : null,
  };
  const faulty = new Set(errors.map(({action}) => action ?? null));
  return {reading, part: valid ? null : readablePart(read, yaml.fault === null, faulty, lines)};
}

function readablePart(
  {version, populationSize, drafts}: ReadMapping,
  whole: boolean,
  faulty: ReadonlySet<string | null>,
  lines: LineIndex,
): ReadablePart | null {
  // what a fault cuts off may be the last of what is above it
  const complete = whole ? drafts : drafts.slice(0, -1);
  if (complete.length === 0) return null;
  const actions = complete.map((draft): [string, Action] => [
    draft.name,
    actionAsRead(draft, populationSize, lines),
  ]);
  return {
    version: version ?? LATEST_VERSION,
    populationSize,
    whole,
    actions: new Map(actions),
    faulty: new Set(actions.map(([name]) => name).filter((name) => faulty.has(name))),
  };
}

function reportYaml({fault, valueFaults}: YamlReading, report: Report): void {
  if (fault !== null) {
    report({
      rule: 'E-YAML-SYNTAX',
      at: {from: fault.offset, to: fault.offset},
      message: fault.message,
      hint: fault.hint,
    });
  }
  for (const {kind, from, to, message, hint} of valueFaults) {
    const rule = kind === 'duplicate-key' ? 'E-YAML-DUPKEY' : 'E-YAML-SYNTAX';
    report({rule, at: {from, to}, message, hint});
  }
}

/** Rules about something that is not there, which may be below a fault. */
const MAY_STAND_BELOW: readonly RuleCode[] = [
  'E-VERSION-MISSING',
  'E-ACTIONS-TYPE',
  'E-EXPECT-MISSING',
  'E-NEEDS-UNKNOWN',
];

function holdsAbove(broken: BrokenRule, lastAction: string | null): boolean {
  if (MAY_STAND_BELOW.includes(broken.rule)) return false;
  return lastAction === null || broken.action !== lastAction;
}

interface ReadMapping {
  readonly version: number | null;
  readonly drafts: readonly DraftAction[];
  readonly populationSize: number | null;
}

function readMapping(
  root: YamlMap,
  text: string,
  files: ReadonlySet<string> | null,
  report: Report,
): ReadMapping {
  const {version, actions, expectations} = readRoot(root, text, report);
  // Where the version can't be read, the rest is held against the newest.
  const features = featuresOf(version ?? LATEST_VERSION);
  const drafts = actions === null ? [] : readActions(actions, features, text, report);
  checkTogether(drafts, features, text, report);
  const populationSize =
    version === null ? null : checkExpectations(expectations, version, root, report);
  checkExtraRules({actions: drafts, version: version ?? LATEST_VERSION, text, files}, report);
  return {version, drafts, populationSize};
}

function buildProject(read: ReadMapping, lines: LineIndex): Project | null {
  const {version, populationSize} = read;
  if (version === null) return null;
  const actions = read.drafts
    .map((draft) => buildAction(draft, populationSize, lines))
    .filter((action): action is Action => action !== null);
  return {version, populationSize, actions, runAll: runAllOf(actions)};
}

/** What can be read above the place where a text stops being YAML. */
interface TextAbove {
  readonly root: YamlMap;
  /** Its last action, which may be cut off; null where there is none. */
  readonly lastAction: string | null;
}

/** Texts tried before giving up. */
const MOST_ATTEMPTS = 12;

/**
 * Reads what is above a fault: the text up to the fault's line, and less of it until the rest can be
 * read, up to the next fault or by twice as many lines each time. Null where nothing can.
 */
function readAbove(text: string, fault: YamlFault): TextAbove | null {
  let end = Math.min(fault.offset, text.length);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    for (let lines = 2 ** attempt; lines > 0 && end > 0; lines -= 1) {
      end = text.lastIndexOf('\n', end - 1);
    }
    if (end <= 0) return null;
    const {root, fault: another} = readYaml(text.slice(0, end + 1));
    if (another === null) {
      return root?.kind === 'map' ? {root, lastAction: lastActionOf(root)} : null;
    }
    end = Math.min(end, another.offset);
  }
  return null;
}

function lastActionOf(root: YamlMap): string | null {
  const actions = root.entries.get('tactions')?.value;
  if (actions?.kind !== 'map') return null;
  const last = [...actions.entries.values()].at(-1);
  return last?.key.kind === 'text' ? last.key.text : null;
}

/**
 * Gives the dummy population of a version, null from 4 on, and reports what is wrong with
 * `expectations` (E-EXPECT-MISSING to E-EXPECT-NUMBER).
 */
function checkExpectations(
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
