import {watch, type FSWatcher} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {join, sep} from 'node:path';

/** What changed in a study's folder. */
export interface StudyChange {
  /** project.yaml, by whatever way an editor writes it. */
  readonly project: boolean;
  /** Anything else of the study: code, outputs. */
  readonly files: boolean;
  /** Branch, commit or staged files. */
  readonly git: boolean;
  /** A run of this or another process began or ended. */
  readonly runs: boolean;
}

/** Watches a study's folder until it is closed. */
export interface StudyWatcher {
  close(): void;
}

/** Changes are reported together after this much quiet, so that a save by rename is one change. */
const QUIET_MS = 60;
/** …and at the latest after this time, while changes go on. */
const LONGEST_MS = 240;

/** Folders whose inside is no part of a study's results or code worth watching. */
const UNWATCHED = new Set(['.git', 'node_modules', '.venv', 'venv', '__pycache__', '.Rproj.user']);

/** Most folders watched one by one; what lies deeper is found at the next look. */
const MOST_FOLDERS = 4000;

/** Our own folder in a study, and what in it comes and goes with each run. */
const OURS = 'metadata/study-desk';
const LOCK = `${OURS}/lock.json`;

/** True for paths that our own work changes all the time. */
function isOurs(path: string): boolean {
  return path === OURS || path.startsWith(`${OURS}/`);
}

/**
 * Reports changes below a study's folder. Folders are watched, not files: replaced files stay
 * watched, and a study with 50,000 outputs costs no more than its folders.
 */
export function watchStudy(
  studyDir: string,
  onChange: (change: StudyChange) => void,
  recursive: boolean = process.platform === 'win32' || process.platform === 'darwin',
): StudyWatcher {
  const watchers = new Map<string, FSWatcher>();
  let pending: StudyChange | null = null;
  let timer: NodeJS.Timeout | null = null;
  let since = 0;
  let closed = false;

  const report = () => {
    timer = null;
    const change = pending;
    pending = null;
    if (change !== null && !closed) onChange(change);
  };

  const note = (part: Partial<StudyChange>) => {
    if (pending === null) since = performance.now();
    pending = {project: false, files: false, git: false, runs: false, ...pending, ...part};
    if (timer !== null) clearTimeout(timer);
    const left = LONGEST_MS - (performance.now() - since);
    timer = setTimeout(report, Math.max(0, Math.min(QUIET_MS, left)));
  };

  const changed = (folder: string, name: string | null) => {
    const path = name === null ? folder : folder === '' ? name : `${folder}/${name}`;
    if (path === 'project.yaml') note({project: true});
    else if (path === LOCK) note({runs: true});
    else if (path === '.git' || path.startsWith('.git/')) note({git: true});
    else if (!isOurs(path) && !path.endsWith('.tmp')) note({files: true});
  };

  const watchFolder = (folder: string): void => {
    if (closed || watchers.has(folder) || watchers.size >= MOST_FOLDERS) return;
    try {
      const watcher = watch(join(studyDir, folder), {persistent: false}, (kind, name) => {
        changed(folder, name);
        if (kind !== 'rename' || name === null) return;
        const renamed = folder === '' ? name : `${folder}/${name}`;
        forget(renamed);
        void look(renamed);
      });
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // gone again, or the system's limit of watches is reached: reloading by hand still works
    }
  };

  /** A folder in the place of another of the same name is watched anew: the watcher of before is still on that one. */
  const forget = (folder: string): void => {
    if (!watchers.has(folder)) return;
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue;
      watcher.close();
      watchers.delete(path);
    }
  };

  /** Watches a folder and those below it; anything else is passed over. */
  const look = async (folder: string): Promise<void> => {
    // of our own folder, and of git's, only what lies at its top is of interest
    if (folder === OURS || folder === '.git') watchFolder(folder);
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    if (UNWATCHED.has(name) || isOurs(folder)) return;
    const found = await stat(join(studyDir, folder)).catch(() => null);
    if (found?.isDirectory() !== true) return;
    // before its inside is read: a folder made in between would never be seen
    watchFolder(folder);
    const entries = await readdir(join(studyDir, folder), {withFileTypes: true}).catch(() => []);
    for (const entry of entries)
      if (entry.isDirectory()) await look(folder === '' ? entry.name : `${folder}/${entry.name}`);
  };

  if (recursive) {
    try {
      const watcher = watch(studyDir, {persistent: false, recursive: true}, (_kind, name) => {
        changed('', name === null ? null : name.split(sep).join('/'));
      });
      watcher.on('error', () => watcher.close());
      watchers.set('', watcher);
    } catch {
      // see above
    }
  } else {
    watchFolder('');
    watchFolder('.git');
    void look('');
  }

  return {
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
