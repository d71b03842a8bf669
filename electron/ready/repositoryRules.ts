import {formatBytes, formatPlural} from '../../shared/format';
import type {ReadyFinding} from '../../shared/ready';
import {readEhrqlRun} from '../study/ehrqlRun';
import {matchesPattern} from '../study/outputPattern';
import {finding, type ReadyFacts, type RepositoryFacts} from './facts';

/** Files of this size GitHub refuses, and warns of. */
const REFUSED_BYTES = 100 * 1024 ** 2;
const WARNED_BYTES = 50 * 1024 ** 2;

/** What of the study is not in the repository that the server takes it from, or should not be in there. */
export function repositoryFindings(facts: ReadyFacts): readonly ReadyFinding[] {
  const {repository} = facts;
  if (repository === null)
    return [finding('R-REPOSITORY', {path: '.', message: 'The study is in no git repository.'})];
  return [
    ...placeFindings(repository),
    ...changeFindings(facts, repository),
    ...pushFindings(repository),
    ...contentFindings(facts, repository),
  ];
}

function placeFindings({prefix, commit}: RepositoryFacts): readonly ReadyFinding[] {
  return [
    ...(prefix === ''
      ? []
      : [
          finding('R-TOP', {
            path: 'project.yaml',
            message: `project.yaml lies in ${prefix}/ of its repository.`,
          }),
        ]),
    ...(commit === null
      ? [
          finding('R-REPOSITORY', {
            path: '.',
            message: 'The repository has no commit yet.',
            fix: 'Commit the study, and push it.',
          }),
        ]
      : []),
  ];
}

function changeFindings(
  {actions, project, codeFiles}: ReadyFacts,
  {commit, files, changes, ignored}: RepositoryFacts,
): readonly ReadyFinding[] {
  const committed = new Set(files.map(({path}) => path));
  const patterns = patternsOf(project?.actions ?? []);
  const isOutput = (path: string): boolean => patterns.some((each) => matchesPattern(each, path));
  const isIgnored = new Set(ignored);
  const reported = new Set<string>();
  const inputs: ReadyFinding[] = [];
  for (const {action, uses, scripts} of actions)
    for (const path of uses) {
      if (committed.has(path) || reported.has(path) || !codeFiles.has(path)) continue;
      reported.add(path);
      const by = scripts.find(({lines}) => lines.some((line) => line.includes(nameOf(path))));
      const reader =
        by === undefined || by.path === path ? action.name : `${action.name} (${by.path})`;
      inputs.push(
        finding(isIgnored.has(path) ? 'R-IGNORED-INPUT' : 'R-UNTRACKED-INPUT', {
          path,
          action: action.name,
          message: `${reader} uses ${path}, which ${isIgnored.has(path) ? 'git ignores' : 'is not committed'}.`,
        }),
      );
    }
  const others = changes.flatMap(({path, change}) => {
    if (reported.has(path) || /^metadata\//.test(path)) return [];
    if (change === 'untracked' && isOutput(path)) return [];
    if (change === 'untracked')
      return [finding('R-UNTRACKED', {path, message: `${path} is not committed.`})];
    const what = {
      changed: 'was changed',
      deleted: 'was deleted',
      added: 'was added',
      conflicted: 'could not be joined in a merge',
    }[change];
    return [finding('R-UNCOMMITTED', {path, message: `${path} ${what} since the last commit.`})];
  });
  return commit === null ? inputs : [...inputs, ...others];
}

function pushFindings({branch, commit, remote}: RepositoryFacts): readonly ReadyFinding[] {
  if (commit === null) return [];
  const short = commit.slice(0, 7);
  if (branch === null)
    return remote.upstream === null
      ? [finding('R-DETACHED', {message: `Commit ${short} is checked out, and no branch.`})]
      : [];
  if (remote.upstream === null)
    return [
      finding('R-UNPUSHED', {
        message: `The branch ${branch} has not been pushed.`,
        fix: `Push it with \`git push -u origin ${branch}\`.`,
      }),
    ];
  if (remote.ahead === 0) return [];
  return [
    finding('R-UNPUSHED', {
      message: `The branch ${branch} has ${formatPlural(remote.ahead, 'commit')} that ${remote.upstream} has not.`,
    }),
  ];
}

function contentFindings(facts: ReadyFacts, repository: RepositoryFacts): readonly ReadyFinding[] {
  const {files, pointers} = repository;
  const sizes = files.flatMap(({path, bytes}) =>
    bytes === null || bytes <= WARNED_BYTES
      ? []
      : [
          finding('R-FILE-SIZE', {
            path,
            severity: bytes > REFUSED_BYTES ? 'error' : 'warning',
            message: `${path} has ${formatBytes(bytes)}.`,
          }),
        ],
  );
  return [
    ...committedOutputs(facts, repository),
    ...sizes,
    ...pointers.map((path) => finding('R-LFS', {path, message: `${path} is kept with Git LFS.`})),
    ...files
      .filter(({kind}) => kind === 'submodule')
      .map(({path}) => finding('R-SUBMODULE', {path, message: `${path} is a submodule.`})),
    ...facts.keptBack.map(({path, action, reason}) =>
      finding('R-OUTPUT-LIMIT', {
        path,
        action,
        message: `${path} is moderately sensitive, and ${reason}.`,
      }),
    ),
  ];
}

function committedOutputs(
  {project, patientFiles}: ReadyFacts,
  {files, trackedIgnored}: RepositoryFacts,
): readonly ReadyFinding[] {
  const actions = project?.actions ?? [];
  const patterns = patternsOf(actions);
  const ignored = new Set(trackedIgnored);
  const patients = new Set(patientFiles);
  // dummy data for an action is written for being published
  const dummies = actions.flatMap(({run, dummyDataFile}) => {
    const words = readEhrqlRun(run.argv);
    const given = words === null ? [] : run.argv.filter((word) => word.includes('/'));
    return [...(dummyDataFile === null ? [] : [dummyDataFile]), ...given];
  });
  const isDummy = (path: string): boolean =>
    dummies.some((each) => {
      const plain = each.replace(/^--[\w-]+=/, '').replace(/^(?:\.\/)+|\/+$/g, '');
      return path === plain || path.startsWith(`${plain}/`);
    });
  return files.flatMap(({path, kind}) => {
    if (kind === 'submodule' || /(?:^|\/)\.git(?:keep|ignore|attributes)$/.test(path)) return [];
    const pattern = patterns.find((each) => matchesPattern(each, path));
    const why =
      pattern !== undefined
        ? `matches the output ${pattern}`
        : ignored.has(path)
          ? 'is ignored by git'
          : patients.has(path) && !isDummy(path)
            ? 'has a column patient_id'
            : null;
    return why === null
      ? []
      : [finding('R-COMMITTED-OUTPUT', {path, message: `${path} is committed, and ${why}.`})];
  });
}

function patternsOf(actions: readonly {readonly outputs: readonly {readonly pattern: string}[]}[]) {
  return actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
