import type {ReadySeverity} from '../../shared/ready';

interface RuleText {
  readonly severity: ReadySeverity;
  /** Why it matters. */
  readonly why: string;
  /** What usually helps; null where it depends. */
  readonly fix: string | null;
}

function error(why: string, fix: string | null): RuleText {
  return {severity: 'error', why, fix};
}
function warning(why: string, fix: string | null): RuleText {
  return {severity: 'warning', why, fix};
}

const ONLY_COMMITTED = 'The server has only what is committed and pushed.';
const CODELISTS = 'The server refuses codelists that are not as they were downloaded.';
const UPDATE = 'Download the codelists anew with `study-desk codelists update`, and commit them.';
const OTHER_SYSTEMS = 'Windows and macOS can’t have both, or can’t have such a name.';
const OUTSIDE = 'On the server a job has the files of the study and no others.';

/** Every rule by its code; RULES.md has what triggers each. */
export const READY_RULES = {
  'R-REPOSITORY': error(
    'The server takes a study from a git repository.',
    'Make it a repository with `git init`, commit it, and push it.',
  ),
  'R-TOP': error(
    'The server looks for project.yaml at the top of the repository.',
    'Move the study to the top of a repository of its own.',
  ),
  'R-UNTRACKED-INPUT': error(ONLY_COMMITTED, 'Commit the file, or have an action make it.'),
  'R-IGNORED-INPUT': error(
    ONLY_COMMITTED,
    'Take it out of .gitignore and commit it, or have an action make it.',
  ),
  'R-UNCOMMITTED': warning(ONLY_COMMITTED, 'Commit the change, or discard it.'),
  'R-UNTRACKED': warning(ONLY_COMMITTED, 'Commit the file, delete it, or have git ignore it.'),
  'R-UNPUSHED': warning(ONLY_COMMITTED, 'Push the branch.'),
  'R-DETACHED': warning(
    'The server runs the commits of a branch.',
    'Make a branch of it with `git switch -c NAME`, and push that.',
  ),
  'R-ABSOLUTE-PATH': error(OUTSIDE, 'Use a path from the folder of the study.'),
  'R-PATH-OUTSIDE': error(OUTSIDE, 'Move what is needed into the study, and use its path there.'),
  'R-NAME-CLASH': error(OTHER_SYSTEMS, 'Give one of them another name.'),
  'R-NAME-SYSTEM': warning(OTHER_SYSTEMS, 'Give it another name.'),
  'R-NAME-CASE': error(
    'On the server capital and small letters are different letters.',
    'Write the name as the file has it.',
  ),
  'R-OUTPUT-FOLDER': error(
    'On the server a folder that holds nothing but outputs is not there before the script makes it.',
    null,
  ),
  'R-IMAGE-VERSION': warning('The server has no image that is not published.', null),
  'R-CODELIST-EDITED': error(CODELISTS, UPDATE),
  'R-CODELIST-MISSING': error(CODELISTS, UPDATE),
  'R-CODELIST-LIST': error(CODELISTS, UPDATE),
  'R-LFS': error(
    'The server does not fetch files of Git LFS, and has the pointer in place of the content.',
    'Keep the file in git itself, or have an action make it.',
  ),
  'R-SUBMODULE': error(
    'The server does not fetch submodules, and has an empty folder in its place.',
    'Copy the files that are needed into the study.',
  ),
  'R-COMMITTED-OUTPUT': error(
    'Outputs are made on the server anew, and may hold what must not be published.',
    'Take it out of git with `git rm --cached`, and have git ignore it.',
  ),
  'R-FILE-SIZE': error(
    'GitHub refuses files of more than 100 MB, and warns of those of more than 50 MB.',
    'Take it out of the study, or have an action make it.',
  ),
  'R-OUTPUT-LIMIT': warning(
    'Such a file is kept back from those who check outputs.',
    'Write less into it, in another format, or list it as highly sensitive.',
  ),
  'R-COHORTEXTRACTOR': warning(
    'The server refuses the cohort extractor; definitions are written in ehrQL now.',
    'Delete it, or write the definition anew in ehrQL.',
  ),
  'R-UNDECLARED-INPUT': error(
    'A job is given committed files and the outputs that the actions it needs list, nothing else.',
    null,
  ),
  'R-PERMISSION': {
    severity: 'info',
    why: 'The server runs it only where the project has been given that permission.',
    fix: null,
  },
  'R-FAILS': error('It was run from nothing but the files of the commit.', null),
  'R-CHECKOUT': error('The study could not be run from its commit.', null),
} as const satisfies Readonly<Record<string, RuleText>>;

/** The code of a rule. */
export type ReadyRule = keyof typeof READY_RULES;
