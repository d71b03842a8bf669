import git from 'isomorphic-git';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {findCommit} from './readCommitted';

/** A commit of a range. */
export interface RangeCommit {
  /** The whole id. */
  readonly commit: string;
  readonly parents: readonly string[];
  /** The first line of its message. */
  readonly subject: string;
  readonly author: string;
  /** ISO 8601 UTC. */
  readonly date: string;
}

/** The commits from one to a later one. */
export interface CommitRange {
  readonly good: RangeCommit;
  /** Those that the later one is made of and the earlier one is not, the later one itself last; parents before children. */
  readonly commits: readonly RangeCommit[];
}

/** The commits after `good` that `bad` is made of. An error where there is none of the two, or `bad` does not come after `good`. */
export async function commitRange(
  studyDir: string,
  good: string,
  bad: string,
): Promise<Result<CommitRange, AppError>> {
  const from = await findCommit(studyDir, good);
  if (!from.ok) return from;
  const to = await findCommit(studyDir, bad);
  if (!to.ok) return to;
  const {repository} = to.value;
  const read = async (oid: string): Promise<RangeCommit | null> => {
    // what a shallow clone has not is its edge
    const found = await git.readCommit({...repository, oid}).catch(() => null);
    if (found === null) return null;
    const {parent, message, author} = found.commit;
    return {
      commit: oid,
      parents: parent,
      subject: message.split('\n', 1)[0] ?? '',
      author: author.name,
      date: new Date(author.timestamp * 1000).toISOString(),
    };
  };
  const first = await read(from.value.commit);
  const older = await reachable(from.value.commit, read, new Set());
  const newer = await reachable(to.value.commit, read, new Set(older.keys()));
  const isAfter = [...newer.values()].some(({parents}) => parents.includes(from.value.commit));
  if (first === null || !isAfter)
    return failWith('invalid-request', `${bad} does not come after ${good}.`, {
      why: 'The first commit that is named has to be one that the second was made from.',
      hint: 'Name the earlier commit, where the number was right, first. A shallow clone knows only its latest commits.',
    });
  return ok({good: first, commits: parentsFirst(to.value.commit, newer)});
}

type Read = (oid: string) => Promise<RangeCommit | null>;

/** A commit with all that it was made from, as far as that is here and not among `without`. */
async function reachable(
  oid: string,
  read: Read,
  without: ReadonlySet<string>,
): Promise<ReadonlyMap<string, RangeCommit>> {
  const found = new Map<string, RangeCommit>();
  const waiting = [oid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next) || without.has(next)) continue;
    const commit = await read(next);
    if (commit === null) continue;
    found.set(next, commit);
    waiting.push(...commit.parents);
  }
  return found;
}

function parentsFirst(
  last: string,
  commits: ReadonlyMap<string, RangeCommit>,
): readonly RangeCommit[] {
  const ordered: RangeCommit[] = [];
  const begun = new Set<string>();
  const waiting: {readonly oid: string; readonly done: boolean}[] = [{oid: last, done: false}];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const commit = commits.get(next.oid);
    if (commit === undefined) continue;
    if (next.done) ordered.push(commit);
    else if (!begun.has(next.oid)) {
      begun.add(next.oid);
      waiting.push({oid: next.oid, done: true});
      for (const oid of commit.parents) waiting.push({oid, done: false});
    }
  }
  return ordered;
}
