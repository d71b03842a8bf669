import {openThread} from '../threads/thread';
import type {ChangedFile} from './repositoryLook';

/** What is asked of a study's repository. */
export type WorkTreeQuestion =
  | {readonly kind: 'now'; readonly studyDir: string}
  /** Files that differ between what is checked out and the commit that a name stands for. */
  | {readonly kind: 'apart'; readonly studyDir: string; readonly name: string};

/** The working tree beside its commit. */
export interface WorkTree {
  readonly branch: string | null;
  readonly commit: string | null;
  readonly branches: readonly string[];
  readonly underWay: string | null;
  /** But those of `metadata`. */
  readonly files: readonly ChangedFile[];
}

/** How a commit differs. */
export interface CommitApart {
  readonly commit: string;
  /** Study-relative; but those of `metadata`. */
  readonly files: readonly string[];
}

/** Looks on a thread of its own; null where there is no repository, or no such commit. Rejects where git's files can't be read. */
export async function lookAtWorkTree<Q extends WorkTreeQuestion>(
  question: Q,
): Promise<(Q extends {readonly kind: 'now'} ? WorkTree : CommitApart) | null> {
  const thread = openThread<WorkTreeQuestion, WorkTree | CommitApart | null>({
    name: 'workTreeLook',
    inPlace: async () => (await import('./lookInWorkTree')).lookInWorkTree,
  });
  try {
    // the answer's kind follows the question's
    return (await thread.call(question)) as
      (Q extends {readonly kind: 'now'} ? WorkTree : CommitApart) | null;
  } finally {
    void thread.end();
  }
}
