import git from 'isomorphic-git';

type Repository = Pick<Parameters<typeof git.readCommit>[0], 'fs' | 'gitdir' | 'dir'>;

/** How many commits each of two has that the other has not. */
export interface CommitsApart {
  readonly ahead: number;
  readonly behind: number;
}

/** What was read of commits, which never changes. */
const known = new Map<string, {readonly at: number; readonly parents: readonly string[]}>();
const MOST_KNOWN = 100_000;

async function readOnce(repository: Repository, oid: string) {
  const before = known.get(oid);
  if (before !== undefined) return before;
  const read = await git.readCommit({...repository, oid}).catch(() => null);
  if (read === null) return null;
  const found = {at: read.commit.committer.timestamp, parents: read.commit.parent};
  if (known.size > MOST_KNOWN) known.clear();
  known.set(oid, found);
  return found;
}

const LEFT = 1;
const RIGHT = 2;
const BOTH = LEFT | RIGHT;

/**
 * Counts the commits of `one` that `other` has not, and the other way round. Commits are visited from the newest on and only as
 * far back as the two differ, by a clock that may be wrong: where a parent is younger than its child more is counted, never less.
 */
export async function commitsApart(
  repository: Repository,
  one: string,
  other: string,
): Promise<CommitsApart> {
  const marks = new Map<string, number>();
  const waiting: {
    readonly oid: string;
    readonly at: number;
    readonly parents: readonly string[];
  }[] = [];
  const reach = async (oid: string, mark: number): Promise<void> => {
    const before = marks.get(oid) ?? 0;
    marks.set(oid, before | mark);
    if ((before | mark) === before) return;
    // parents that a shallow clone has not are its edge
    const read = await readOnce(repository, oid);
    if (read === null) return;
    waiting.push({oid, ...read});
    waiting.sort((first, second) => first.at - second.at);
  };
  await reach(one, LEFT);
  await reach(other, RIGHT);
  while (waiting.some(({oid}) => marks.get(oid) !== BOTH)) {
    const next = waiting.pop();
    if (next === undefined) break;
    for (const parent of next.parents) await reach(parent, marks.get(next.oid) ?? 0);
  }
  const having = (mark: number): number =>
    [...marks.values()].filter((each) => each === mark).length;
  return {ahead: having(LEFT), behind: having(RIGHT)};
}
