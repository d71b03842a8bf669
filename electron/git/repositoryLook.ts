import type {GitState} from '../../shared/run';
import {openThread, type Thread} from '../threads/thread';
import type {RemoteLook} from './gitGlance';

/** A file of the commit that is checked out. */
export interface HeadFile {
  /** Study-relative. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  /** In the folder as it is now; null where it is not there. */
  readonly bytes: number | null;
  /** Where a link leads, as it says; null for all others. */
  readonly target: string | null;
}

/** A file that is not as the commit has it. */
export interface ChangedFile {
  readonly path: string;
  readonly change: 'changed' | 'deleted' | 'added' | 'untracked' | 'conflicted';
}

/** What a study's repository holds: all that can be known without another computer. */
export interface RepositoryLook {
  /** Where the study lies in it, `''` for its top. */
  readonly prefix: string;
  /** Null while HEAD is detached. */
  readonly branch: string | null;
  /** Null before the first commit. */
  readonly commit: string | null;
  readonly files: readonly HeadFile[];
  readonly changes: readonly ChangedFile[];
  /** Files of the commit that git ignores. */
  readonly trackedIgnored: readonly string[];
  /** Of the paths that were asked about, those that git ignores. */
  readonly ignored: readonly string[];
  /** Files of the commit that only point to their content elsewhere (Git LFS). */
  readonly pointers: readonly string[];
  readonly remote: RemoteLook;
}

/** The working tree beside its commit. */
export interface WorkTree {
  readonly branch: string | null;
  readonly commit: string | null;
  readonly branches: readonly string[];
  readonly underWay: string | null;
  /** But those of `metadata`. */
  readonly files: readonly ChangedFile[];
}

/** How a commit differs from the one that is checked out. */
export interface CommitApart {
  readonly commit: string;
  /** Study-relative; but those of `metadata`. */
  readonly files: readonly string[];
}

/** What is asked of a study's repository. */
export type RepositoryQuestion = {readonly studyDir: string} & (
  | {readonly kind: 'state' | 'tree'}
  /** The commit that a name stands for. */
  | {readonly kind: 'apart'; readonly name: string}
  /** Paths of which is to be known whether git ignores them. */
  | {readonly kind: 'all'; readonly paths: readonly string[]}
);

/** What is known of a repository before it was looked for changed files. */
export type GitHead = Pick<GitState, 'branch' | 'commit'>;

/** The answers, by the kind of question. */
interface Looks {
  readonly state: GitState;
  readonly tree: WorkTree;
  readonly apart: CommitApart;
  readonly all: RepositoryLook;
}

type LookThread = Thread<RepositoryQuestion, Looks[keyof Looks] | null, GitHead>;

/** The thread is kept so long after a look: the next one has in memory what has not changed. */
const KEPT_MS = 120_000;

interface Held {
  readonly thread: LookThread;
  looks: number;
  timer: NodeJS.Timeout | null;
}

let kept: Held | null = null;

function open(): Held {
  const thread: LookThread = openThread({
    name: 'repositoryLook',
    inPlace: async () => (await import('./lookInRepository')).lookInRepository,
  });
  return {thread, looks: 0, timer: null};
}

/**
 * Looks on a thread; null where the study is in no repository, or has no such commit. Rejects where git's own files can't be
 * understood, and as soon as `signal` is aborted.
 */
export async function lookAtRepository<Q extends RepositoryQuestion>(
  question: Q,
  onHead?: (head: GitHead) => void,
  signal?: AbortSignal,
): Promise<Looks[Q['kind']] | null> {
  // one look at everything takes long, and others would wait for it
  const held = question.kind === 'all' ? open() : (kept ??= open());
  if (held.timer !== null) clearTimeout(held.timer);
  held.looks += 1;
  const givenUp = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('The look was given up.')));
  });
  try {
    // the answer's kind follows the question's
    return (await Promise.race([held.thread.call(question, onHead), givenUp])) as
      Looks[Q['kind']] | null;
  } finally {
    held.looks -= 1;
    // nobody comes to wait for a look that takes too long
    if (signal?.aborted === true && kept === held) kept = null;
    const end = (): void => {
      if (kept === held) kept = null;
      void held.thread.end();
    };
    if (held.looks === 0 && kept !== held) end();
    else if (held.looks === 0) held.timer = setTimeout(end, KEPT_MS).unref();
  }
}
