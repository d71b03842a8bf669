import type {Action, Project, ProjectReading} from '../../shared/project';
import {actionAsRead, buildAction} from './buildAction';
import {checkExpectations} from './checkExpectations';
import {checkTogether} from './checkTogether';
import type {DraftAction} from './draftAction';
import {toProblem, type BrokenRule, type Report} from './brokenRules';
import {LineIndex} from './lineIndex';
import {checkExtraRules} from './extraRules/checkExtraRules';
import {featuresOf, LATEST_VERSION} from './projectVersion';
import {readAbove} from './readAbove';
import {runAllOf, type ReadablePart} from './readablePart';
import {readActions} from './readActions';
import {readRoot} from './readRoot';
import {RULES, type RuleCode} from './ruleTable';
import {readYaml, type YamlReading} from './yaml/readYaml';
import type {YamlMap} from './yaml/yamlValue';

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
