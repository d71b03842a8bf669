import type {Action, Project, ProjectReading} from '../../shared/project';
import {buildAction} from './buildAction';
import {checkExpectations} from './checkExpectations';
import {checkTogether} from './checkTogether';
import type {DraftAction} from './draftAction';
import {toProblem, type Finding, type Report} from './findings';
import {LineIndex} from './lineIndex';
import {featuresOf, LATEST_VERSION} from './projectVersion';
import {readActions} from './readActions';
import {readRoot} from './readRoot';
import {RULES} from './ruleTable';
import {readYaml} from './yaml/readYaml';
import type {YamlMap} from './yaml/yamlValue';

/** What is known of the study besides project.yaml. */
export interface ReadContext {
  /** Study-relative paths with `/`; without them nothing is said about missing scripts. */
  readonly files?: ReadonlySet<string>;
}

/**
 * Reads a project.yaml: every problem at its place, and the project where it is valid
 * (BEHAVIOUR §1). Never throws, whatever the text.
 */
export function readProject(text: string, _context: ReadContext = {}): ProjectReading {
  const findings: Finding[] = [];
  const report: Report = (finding) => findings.push(finding);
  const lines = new LineIndex(text);
  const yaml = readYaml(text);
  if (yaml.fault !== null) {
    report({
      rule: 'E-YAML-SYNTAX',
      at: {from: yaml.fault.offset, to: yaml.fault.offset},
      message: yaml.fault.message,
      hint: yaml.fault.hint,
    });
  }
  for (const fault of yaml.valueFaults) {
    report({
      rule: fault.kind === 'duplicate-key' ? 'E-YAML-DUPKEY' : 'E-YAML-SYNTAX',
      at: fault,
      message: fault.message,
      hint: fault.hint,
    });
  }
  let version: number | null = null;
  let drafts: readonly DraftAction[] = [];
  let populationSize: number | null = null;
  const root = yaml.root;
  if (yaml.fault === null) {
    if (root?.kind === 'map' && !root.set) {
      const read = readMapping(root, text, report);
      ({version, drafts, populationSize} = read);
    } else {
      report({
        rule: 'E-ROOT-TYPE',
        at: root ?? {from: 0, to: 0},
        message:
          root === null || root.kind === 'null'
            ? 'The file is empty.'
            : 'The file is not a mapping.',
        hint: 'Begin with `version: 5` and `actions:`.',
      });
    }
  }
  const acceptedByReference = !findings.some(
    ({rule}) => RULES[rule].severity === 'error' && RULES[rule].source === 'reference',
  );
  const valid = !findings.some(({rule}) => RULES[rule].severity === 'error');
  const problems = findings.map((finding) => toProblem(finding, lines));
  return {
    valid,
    acceptedByReference,
    version,
    problems,
    project: valid ? buildProject(version, populationSize, drafts, lines) : null,
  };
}

function readMapping(
  root: YamlMap,
  text: string,
  report: Report,
): {
  readonly version: number | null;
  readonly drafts: readonly DraftAction[];
  readonly populationSize: number | null;
} {
  const {version, actions, expectations} = readRoot(root, text, report);
  // Where the version can't be read, the rest is held against the newest.
  const features = featuresOf(version ?? LATEST_VERSION);
  const drafts = actions === null ? [] : readActions(actions, features, text, report);
  checkTogether(drafts, features, text, report);
  const populationSize =
    version === null ? null : checkExpectations(expectations, version, root, report);
  return {version, drafts, populationSize};
}

function buildProject(
  version: number | null,
  populationSize: number | null,
  drafts: readonly DraftAction[],
  lines: LineIndex,
): Project | null {
  if (version === null) return null;
  const actions = drafts
    .map((draft) => buildAction(draft, populationSize, lines))
    .filter((action): action is Action => action !== null);
  const runAll = actions.map(({name}) => name).filter((name) => name !== 'run_all');
  return {version, populationSize, actions, runAll};
}
