import {lstat, readdir, rm} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import type {KeptForGood, Leftover} from '../../../shared/cleanUp';
import {formatPlural} from '../../../shared/format';
import type {Project} from '../../../shared/project';
import {abandonedFolders} from '../../files/temporaryFolder';
import {findLeftBeside} from '../../files/findLeftBeside';
import {keptLogs, removeLogs} from '../../logs/logBudget';
import {isSwapping} from '../../runs/incomingFolder';
import {KEPT_FOLDER, studyFolder, type StudyFolder} from '../../runs/studyFolder';
import {lockHolder} from '../../runs/studyLock';

/** Where opensafely run puts its jobs' workspaces on Linux, and leaves them when it is interrupted. */
const BIND_FOLDERS = 'metadata/volumes';
const INCOMING = 'metadata/study-desk/incoming';
const LOGS = 'metadata/study-desk/runs';
const COMMITS = 'metadata/study-desk/commits';
const VERSIONS = 'metadata/study-desk/versions';
const DISCARDED = 'metadata/study-desk/discarded';

/** The cache of a study's earlier outputs, study-relative. */
export const OUTPUT_CACHE = 'metadata/study-desk/cache';

/** What decides whether files are left over. */
export interface FileFacts {
  readonly folder: StudyFolder;
  /** A run of this study has no end yet, or a process holds the study: nothing is left over that it may use. */
  readonly isHeld: boolean;
  /** Null where project.yaml does not say. */
  readonly project: Pick<Project, 'actions'> | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** opensafely run is at work here, or that is not known. */
  readonly opensafelyRuns: boolean;
  /** The latest job of each action, and its latest success: their logs are of use. */
  readonly latestJobs: ReadonlySet<string>;
  readonly cachedBytes: number;
  /** Where the code of reusable actions lies, for all studies; null while a job of any study runs. */
  readonly reusableActions: string | null;
  /** Where copies of studies lie whose runs elsewhere were followed. */
  readonly followed: string;
}

/** What of the files of this study, and of Study Desk's own, is left over. */
export async function fileLeftovers(facts: FileFacts): Promise<readonly Leftover[]> {
  const found = await Promise.all([
    facts.opensafelyRuns ? [] : bindFolders(facts.folder.study),
    temporaryFolders(),
    ...(facts.isHeld
      ? []
      : [
          incoming(facts),
          filesBeside(facts),
          kept(facts),
          commits(facts),
          copies(facts),
          logs(facts),
          caches(facts),
          followed(facts),
        ]),
  ]);
  return found.flat();
}

/** Files of ours that a kill has left among those of the study; none while the next run may still need them. */
export async function filesBeside({
  folder,
  project,
  now,
}: Pick<FileFacts, 'folder' | 'project' | 'now'>): Promise<readonly Leftover[]> {
  if (await isSwapping(folder.incoming)) return [];
  const outputs = project?.actions.flatMap((action) => action.outputs) ?? [];
  const patterns = outputs.map(({pattern}) => pattern);
  const found = await findLeftBeside(folder.study, patterns, now);
  return found.map(({path, bytes, isEarlier}) => ({
    ...{kind: 'file', id: path, name: path, bytes},
    why: isEarlier
      ? 'Earlier content of a file that was being replaced when Study Desk was killed'
      : 'A file that was being written when Study Desk was killed',
    loss: isEarlier ? 'It can’t be restored afterwards, should the file beside it be wrong.' : null,
  }));
}

/** Removes one of them; the cache of outputs is emptied by who keeps it. */
export async function removeFiles(
  {kind, id}: Leftover,
  {folder, latestJobs}: FileFacts,
): Promise<void> {
  if (id.startsWith(`${BIND_FOLDERS}/`) && !(await isBindFolder(folder.study))) return;
  if (kind === 'logs') await removeLogs(await earlierLogs(folder, latestJobs));
  else await rm(resolve(folder.study, id), {recursive: true, force: true});
}

/** Whether the workspaces' folder is itself: what a link leads to is not what opensafely run has made. */
async function isBindFolder(study: string): Promise<boolean> {
  return (await lstat(join(study, BIND_FOLDERS)).catch(() => null))?.isDirectory() === true;
}

async function bindFolders(study: string): Promise<readonly Leftover[]> {
  if (!(await isBindFolder(study))) return [];
  const entries = await readdir(join(study, BIND_FOLDERS), {withFileTypes: true}).catch(() => []);
  return Promise.all(
    entries
      .filter((entry) => entry.isDirectory())
      .map(({name}) =>
        leftFolder(
          `${BIND_FOLDERS}/${name}`,
          join(study, BIND_FOLDERS, name),
          'Workspace left by a job of opensafely run',
        ),
      ),
  );
}

async function temporaryFolders(): Promise<readonly Leftover[]> {
  const [tables, code] = await Promise.all([abandonedFolders('tables'), abandonedFolders('code')]);
  return Promise.all([
    ...tables.map(({path, why}) =>
      leftFolder(path, path, `Copies of outputs left when Study Desk was killed: ${why}`),
    ),
    ...code.map(({path, why}) =>
      leftFolder(path, path, `Packed code left when Study Desk was killed: ${why}`),
    ),
  ]);
}

async function incoming({folder}: FileFacts): Promise<readonly Leftover[]> {
  // old outputs are among them, which the next run puts back
  if (await isSwapping(folder.incoming)) return [];
  const found = await leftFolder(
    INCOMING,
    folder.incoming,
    'Outputs of an ended run that were not yet moved into place',
  );
  return (found.bytes ?? 0) > 0 ? [found] : [];
}

async function kept({folder}: FileFacts): Promise<readonly Leftover[]> {
  const bytes = await folderBytes(join(folder.study, ...KEPT_FOLDER.split('/')));
  if (bytes === null || bytes === 0) return [];
  return [
    {
      ...{kind: 'folder', id: KEPT_FOLDER, name: 'Files of failed attempts', bytes},
      why: `What the latest failed attempt of each action had made, in ${KEPT_FOLDER}`,
      loss: 'You won’t be able to look at what they had made.',
    },
  ];
}

/** Checkouts of commits that no run is at work in. */
async function commits({folder}: FileFacts): Promise<readonly Leftover[]> {
  const names = await readdir(folder.commits).catch(() => []);
  const found = await Promise.all(
    names.map(async (name): Promise<readonly Leftover[]> => {
      const path = join(folder.commits, name);
      if ((await lockHolder(studyFolder(path).lock)) !== null) return [];
      return [
        {
          ...{kind: 'folder', id: `${COMMITS}/${name}`, name: `Commit ${name.slice(0, 8)}`},
          bytes: await folderBytes(path),
          why: 'Its checkout, with the outputs of the runs in it',
          loss: 'Its outputs can’t be read or compared until that commit is run again.',
        },
      ];
    }),
  );
  return found.flat();
}

/** Earlier versions that were opened, and what was discarded. */
async function copies({folder}: FileFacts): Promise<readonly Leftover[]> {
  const places = [
    [folder.versions, VERSIONS, 'Version', 'A read-only copy of what outputs were made from', null],
    [
      ...([folder.discarded, DISCARDED, 'Discarded', 'What files were before that'] as const),
      'It can’t be put back afterwards.',
    ],
  ] as const;
  const found = await Promise.all(
    places.map(async ([place, id, word, why, loss]) =>
      Promise.all(
        (await readdir(place).catch(() => [])).map(async (name): Promise<Leftover> => {
          const bytes = await folderBytes(join(place, name));
          return {kind: 'folder', id: `${id}/${name}`, name: `${word} ${name}`, bytes, why, loss};
        }),
      ),
    ),
  );
  return found.flat();
}

/** What is kept for good: where it lies, and what it is for. */
export async function keptForGood(
  {root, runs}: StudyFolder,
  own: {readonly settings: string; readonly cache: string},
): Promise<readonly KeptForGood[]> {
  const places = [
    ['Records and logs of runs', runs, 'What ran, when, and what it printed'],
    [
      'What outputs were made from',
      join(root, 'provenance'),
      'Says what is up to date; without it nothing is',
    ],
    ['Your settings, recent studies and log of faults', own.settings, 'Of all studies'],
    ['Caches of all studies', own.cache, 'Fetched again where they are missing'],
  ] as const;
  return Promise.all(
    places.map(async ([name, path, why]) => ({name, path, why, bytes: await folderBytes(path)})),
  );
}

async function leftFolder(id: string, path: string, why: string): Promise<Leftover> {
  return {kind: 'folder', id, name: id, bytes: await folderBytes(path), why, loss: null};
}

async function logs({folder, latestJobs}: FileFacts): Promise<readonly Leftover[]> {
  const earlier = await earlierLogs(folder, latestJobs);
  if (earlier.length === 0) return [];
  return [
    {
      ...{
        kind: 'logs',
        id: LOGS,
        name: `Logs of ${formatPlural(earlier.length, 'earlier attempt')}`,
      },
      bytes: earlier.reduce((sum, {size}) => sum + size, 0),
      why: 'Later attempts of the same actions have their own logs',
      loss: 'You won’t be able to read the logs of earlier attempts.',
    },
  ];
}

async function earlierLogs({runs}: StudyFolder, latestJobs: ReadonlySet<string>) {
  return (await keptLogs(runs)).filter(({jobId}) => !latestJobs.has(jobId));
}

async function caches({cachedBytes, reusableActions}: FileFacts): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  if (cachedBytes > 0)
    found.push({
      ...{kind: 'cache', id: OUTPUT_CACHE, name: 'Copies of earlier outputs', bytes: cachedBytes},
      why: 'Kept so that outputs can be restored without running again',
      loss: 'You won’t be able to restore earlier outputs or compare with them.',
    });
  const actions = reusableActions === null ? null : await folderBytes(reusableActions);
  if (reusableActions !== null && actions !== null && actions > 0)
    found.push({
      ...{kind: 'cache', id: reusableActions, name: 'Code of reusable actions', bytes: actions},
      why: 'Shared by all studies, so it is fetched only once',
      loss: 'It will have to be fetched again, which needs a connection.',
    });
  return found;
}

/** Copies of other studies than this one that were followed over ssh. */
async function followed(facts: FileFacts): Promise<readonly Leftover[]> {
  const names = await readdir(facts.followed).catch((): string[] => []);
  const others = names.filter((name) => facts.folder.study !== join(facts.followed, name, 'study'));
  return Promise.all(
    others.map(async (name): Promise<Leftover> => {
      const id = join(facts.followed, name);
      return {
        ...{kind: 'cache', id, name: `Copy of a study that was followed: ${name}`},
        bytes: await folderBytes(id),
        why: 'Its run is on another computer, as are its outputs',
        loss: 'It is copied again when you follow it. Close it first where it is open.',
      };
    }),
  );
}

/** Bytes of all files below a folder, links not followed; null where part of it can't be read. */
async function folderBytes(folder: string): Promise<number | null> {
  try {
    let sum = 0;
    for (const entry of await readdir(folder, {withFileTypes: true})) {
      const path = join(folder, entry.name);
      const bytes = entry.isDirectory() ? await folderBytes(path) : (await lstat(path)).size;
      if (bytes === null) return null;
      sum += bytes;
    }
    return sum;
  } catch {
    return null;
  }
}
