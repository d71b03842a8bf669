import {formatBytes, formatMemory, formatPlural} from '../../shared/format';
import type {GitState} from '../../shared/run';
import {shellWord} from '../../shared/shellWord';
import {fine, notChecked, type Judgement, warning, wrong} from './judgement';

/** What Study Desk runs on. */
export interface ComputerFacts {
  /** E.g. `Study Desk 0.1.0, Electron 45.4.1`. */
  readonly program: string;
  readonly platform: NodeJS.Platform;
  readonly release: string;
  readonly arch: string;
  readonly memoryBytes: number;
  readonly freeMemoryBytes: number;
}

/** What Study Desk and the computer are; nothing of it can be wrong. */
export function judgeComputer(facts: ComputerFacts): Judgement {
  const {program, platform, release, arch, memoryBytes, freeMemoryBytes} = facts;
  return fine(
    `${program}, ${platform} ${release} ${arch}, ${formatMemory(memoryBytes)} of memory, ${formatMemory(freeMemoryBytes)} of it free.`,
    {
      inReport: `${program}; ${platform} ${release} ${arch}; ${formatMemory(memoryBytes)} of memory.`,
    },
  );
}

/** What git says of a study's folder. */
export interface GitFacts {
  /** Of the program, e.g. `2.47.3`; null where there is none. */
  readonly version: string | null;
  /** The folder belongs to somebody else, so that git won't look into its repository. */
  readonly distrusted: boolean;
  readonly inRepository: boolean;
  /** What has been begun in the repository and not ended, e.g. `merge`. */
  readonly underWay: string | null;
  /** Null where the study is in no repository, or what is in it can't be read. */
  readonly state: GitState | null;
}

/** Whether git is here, and the study's repository as it should be. */
export function judgeGit(dir: string | null, facts: GitFacts): readonly Judgement[] {
  const {version, distrusted, inRepository, underWay, state} = facts;
  const judgements: Judgement[] = [
    version === null
      ? warning('There is no git on this computer.', {
          hint: 'Install it to publish the study; Study Desk itself reads repositories without it.',
          remedy: {kind: 'page', url: 'https://git-scm.com/downloads', title: 'How to install git'},
        })
      : fine(`git ${version}.`),
  ];
  if (dir === null) return judgements;
  if (distrusted)
    judgements.push(
      warning('git does not look into this repository, as its folder belongs to another user.', {
        hint: 'Tell git that you trust it.',
        remedy: {
          kind: 'command',
          command: `git config --global --add safe.directory ${shellWord(dir)}`,
        },
      }),
    );
  if (underWay !== null)
    judgements.push(
      warning(`A ${underWay} has been begun in the repository and not ended.`, {
        hint: 'End it, or give it up, before you run anything that counts.',
      }),
    );
  if (!inRepository)
    return [
      ...judgements,
      warning('The study is in no git repository.', {
        hint: 'OpenSAFELY runs what is in a repository on GitHub; here it runs without one.',
      }),
    ];
  if (state === null)
    return [...judgements, notChecked('The repository could not be read in time.')];
  const {commit, branch, dirtyFiles, dirtyFilesUnknown} = state;
  const changed =
    dirtyFilesUnknown === true
      ? 'the files changed since could not be listed in time'
      : dirtyFiles.length === 0
        ? 'nothing has changed since'
        : `${formatPlural(dirtyFiles.length, 'file has', 'files have')} changed since`;
  const at =
    commit === null
      ? 'There is no commit yet.'
      : `At ${commit.slice(0, 7)}${branch === null ? ', on no branch' : ` on ${branch}`}; ${changed}.`;
  return [
    ...judgements,
    fine(at, {inReport: commit === null ? at : `In a repository; ${changed}.`}),
  ];
}

/** A folder that Study Desk writes into. */
export interface WrittenFolder {
  /** What of ours is there, e.g. `Settings`. */
  readonly what: string;
  readonly path: string;
  /** May be written, or made where it is missing. */
  readonly writable: boolean;
}

/** What Study Desk may do on this computer. */
export interface PermissionFacts {
  readonly studyDir: string | null;
  /** Null without a study. */
  readonly studyWritable: boolean | null;
  readonly recordsWritable: boolean | null;
  /** The system's code of an error with which the disk refused a record, whatever the rights; null where it took it. */
  readonly diskFault: string | null;
  /** The user's home folder is there. */
  readonly homeExists: boolean;
  readonly folders: readonly WrittenFolder[];
  /** Rights that new files do not get; null where the system does not say. */
  readonly umask: number | null;
}

/** Whether Study Desk may write where it has to. */
export function judgePermissions(facts: PermissionFacts): readonly Judgement[] {
  const {studyDir, studyWritable, recordsWritable, diskFault, homeExists, folders, umask} = facts;
  const judgements: Judgement[] = [];
  if (studyWritable === false)
    judgements.push(
      wrong('The study’s folder can’t be written to.', {
        hint: 'Nothing can run in it. Give yourself the right to write there, or move the study.',
        ...ownedAgain(studyDir),
      }),
    );
  if (studyWritable !== false && recordsWritable === false)
    judgements.push(
      wrong('metadata/study-desk in the study can’t be written to.', {
        hint: 'Runs can’t be recorded, so that none can start. It may have been made by another user.',
        ...ownedAgain(studyDir),
      }),
    );
  if (studyWritable !== false && recordsWritable !== false && diskFault !== null)
    judgements.push(
      wrong(`The disk that holds the study takes nothing any more (${diskFault}).`, {
        hint: 'Nothing can run. Save a copy of the study elsewhere, and have the disk or its connection checked.',
      }),
    );
  if (!homeExists)
    judgements.push(
      warning('Your home folder is not there.', {
        hint: 'Settings are not kept, and some programs of jobs without containers won’t start. Set HOME.',
      }),
    );
  for (const {what, path, writable} of folders)
    if (!writable)
      judgements.push(
        warning(`${what} can’t be kept: ${path} can’t be written to.`, {
          hint: 'Give yourself the right to write there.',
          inReport: `${what} can't be kept.`,
        }),
      );
  if (umask !== null && (umask & 0o700) !== 0)
    judgements.push(
      wrong(`New files are made without rights for yourself (umask ${octal(umask)}).`, {
        hint: 'Set another umask, such as 022, before Study Desk is started.',
      }),
    );
  if (judgements.length > 0) return judgements;
  const shut = umask !== null && (umask & 0o077) === 0o077;
  return [
    fine(
      studyDir === null
        ? 'Settings and caches can be written.'
        : `Study, records, settings and caches can be written${shut ? '; new files are readable by you alone (umask 077)' : ''}.`,
    ),
  ];
}

function ownedAgain(dir: string | null): {readonly remedy?: ReturnType<typeof chown>} {
  return dir === null || process.platform === 'win32' ? {} : {remedy: chown(dir)};
}

/** Gives a folder and all in it to whoever types this. */
function chown(dir: string): {readonly kind: 'command'; readonly command: string} {
  return {kind: 'command', command: `sudo chown -R "$(id -u):$(id -g)" ${shellWord(dir)}`};
}

/** What of a study's files belongs to somebody else. */
export interface OwnerFacts {
  readonly dir: string;
  /** As whom Study Desk runs; null where the system knows no owners. */
  readonly uid: number | null;
  /** Study-relative paths of files and folders of other users, and whether all of them are root's. */
  readonly foreign: readonly string[];
  readonly allOfRoot: boolean;
  /** Not everything was looked at. */
  readonly cutShort: boolean;
}

/** Whether files of a study belong to somebody else, as containers that ran as root leave them. */
export function judgeOwners({dir, uid, foreign, allOfRoot, cutShort}: OwnerFacts): Judgement {
  if (uid === null) return notChecked('This system has no owners that would matter here.');
  if (uid === 0) return fine('Study Desk runs as root, who may change every file.');
  const [first] = foreign;
  if (first !== undefined)
    return warning(
      `${cutShort ? 'At least ' : ''}${formatPlural(foreign.length, 'file or folder belongs', 'files and folders belong')} to ${allOfRoot ? 'root' : 'other users'}, such as ${first}.`,
      {
        hint: 'They can’t be replaced where their folder is not yours. Make them yours.',
        remedy: chown(dir),
        inReport: `Files belong to ${allOfRoot ? 'root' : 'other users'}.`,
      },
    );
  return cutShort
    ? notChecked('Those that were looked at are yours; there was no time for all of them.')
    : fine('All of them are yours.');
}

/** What decides whether Electron can shut its pages in. */
export interface SandboxFacts {
  readonly platform: NodeJS.Platform;
  readonly uid: number | null;
  /** The window asks, so it works. */
  readonly inWindow: boolean;
  /** Settings of the kernel, as far as there are any: `unprivileged_userns_clone` and so on. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Whether the window may use user namespaces, which its security needs on Linux. */
export function judgeSandbox({platform, uid, inWindow, settings}: SandboxFacts): Judgement {
  if (platform !== 'linux') return fine('This system needs no setting for it.');
  if (uid === 0)
    return warning('As root the window runs without its sandbox.', {
      hint: 'Start Study Desk as an ordinary user.',
    });
  if (inWindow) return fine('The window runs, with its pages shut in.');
  const [command] = [
    settings['unprivileged_userns_clone'] === '0' && 'kernel.unprivileged_userns_clone=1',
    settings['max_user_namespaces'] === '0' && 'user.max_user_namespaces=10000',
    settings['apparmor_restrict_unprivileged_userns'] === '1' &&
      'kernel.apparmor_restrict_unprivileged_userns=0',
  ].filter((each) => each !== false);
  if (command === undefined) return fine('User namespaces are allowed.');
  return warning(
    'This system does not let every program make user namespaces, which the window’s security needs.',
    {
      hint: 'An installed Study Desk may have a helper of its own for it; where the window does not open, allow them.',
      remedy: {kind: 'command', command: `sudo sysctl -w ${command}`},
    },
  );
}

/** The room on a disk of ours, beside the study's. */
export function judgeOtherSpace(what: string, freeBytes: number | null): Judgement | null {
  const little = 200e6;
  return freeBytes !== null && freeBytes < little
    ? warning(`Only ${formatBytes(freeBytes)} are free where ${what} are kept.`, {
        hint: 'Free some space there.',
      })
    : null;
}

function octal(umask: number): string {
  return umask.toString(8).padStart(3, '0');
}
