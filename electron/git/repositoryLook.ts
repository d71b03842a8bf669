import type {RemoteLook} from './gitGlance';
import {openThread} from '../threads/thread';

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

/** What is asked: the study, and paths of which is to be known whether git ignores them. */
export interface RepositoryQuestion {
  readonly studyDir: string;
  readonly paths: readonly string[];
}

/** Looks on a thread of its own; null where the study is in no repository. Rejects where git's own files can't be understood. */
export async function lookAtRepository(
  question: RepositoryQuestion,
): Promise<RepositoryLook | null> {
  const thread = openThread<RepositoryQuestion, RepositoryLook | null>({
    name: 'repositoryLook',
    inPlace: async () => (await import('./lookInRepository')).lookInRepository,
  });
  try {
    return await thread.call(question);
  } finally {
    void thread.end();
  }
}
