import type {ReadyFinding} from '../../shared/ready';
import {PUBLISHED_TAGS, currentTag} from '../study/knownImages';
import {codelistFindings} from './codelistRules';
import {finding, type ReadyFacts} from './facts';
import {nameFindings} from './nameRules';
import {repositoryFindings} from './repositoryRules';
import {scriptFindings} from './scriptRules';

/** Everything that can be found without running anything, gravest first, then as the rules are listed. */
export function readyFindings(facts: ReadyFacts): readonly ReadyFinding[] {
  const wanted = new Set(facts.actions.map(({action}) => action.name));
  const found = [
    ...projectFindings(facts),
    ...imageFindings(facts),
    ...repositoryFindings(facts),
    ...nameFindings(facts),
    ...codelistFindings(facts),
    ...scriptFindings(facts),
    ...cohortFindings(facts),
  ];
  return inOrder(found.filter(({action}) => facts.whole || action === null || wanted.has(action)));
}

const GRAVITY = ['error', 'warning', 'info'];

/** The gravest first, otherwise as they are. */
export function inOrder(findings: readonly ReadyFinding[]): readonly ReadyFinding[] {
  return GRAVITY.flatMap((each) => findings.filter(({severity}) => severity === each));
}

/** Problems of project.yaml are findings too, under their own codes. */
function projectFindings({reading}: ReadyFacts): readonly ReadyFinding[] {
  return reading.problems.map(({rule, severity, line, action, message, why, hint, fixes}) => ({
    rule,
    severity,
    path: 'project.yaml',
    line,
    action,
    message: `project.yaml, line ${line}: ${message} ${why}`,
    fix: hint ?? (fixes[0] === undefined ? null : `${fixes[0].title}.`),
  }));
}

function imageFindings({actions}: ReadyFacts): readonly ReadyFinding[] {
  return actions.flatMap(({action}) => {
    const {imageName, imageTag, span} = action.run;
    const tags = PUBLISHED_TAGS.get(imageName);
    // those have problems of their own
    if (tags === undefined || tags.includes(imageTag) || ['', 'latest'].includes(imageTag))
      return [];
    return [
      finding('R-IMAGE-VERSION', {
        ...{path: 'project.yaml', line: span.line, action: action.name},
        message: `project.yaml, line ${span.line}: ${action.name} uses ${imageName}:${imageTag}, which is not among the known versions ${tags.map((tag) => `${imageName}:${tag}`).join(', ')}.`,
        fix: `Write ${imageName}:${currentTag(imageName)}.`,
      }),
    ];
  });
}

function cohortFindings({
  repository,
  codeFiles,
  cohortImports,
}: ReadyFacts): readonly ReadyFinding[] {
  const files = repository?.files.map(({path}) => path) ?? [...codeFiles];
  const imported = new Set(cohortImports.map(({path}) => path));
  return [
    ...cohortImports.map(({path, line}) =>
      finding('R-COHORTEXTRACTOR', {
        ...{path, line},
        message: `${path}, line ${line}, is written for the cohort extractor.`,
      }),
    ),
    ...files
      .filter((path) => /(?:^|\/)study_definition\w*\.py$/.test(path) && !imported.has(path))
      .map((path) =>
        finding('R-COHORTEXTRACTOR', {
          path,
          message: `${path} is a study definition of the cohort extractor.`,
        }),
      ),
  ];
}
