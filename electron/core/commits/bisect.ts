import {type AppError, failWith} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import type {RangeCommit} from '../../git/commitRange';

/** What was found at one commit. */
export type CommitValue =
  /** The number, or the digest of the file; null where the table has no such cell. */
  | {readonly kind: 'value'; readonly value: string | null; readonly runs: number}
  /** It can't be had from this commit, and the search goes round it. */
  | {readonly kind: 'skipped'; readonly reason: string; readonly runs: number};

/** One commit that was looked at. */
export interface BisectStep {
  readonly commit: RangeCommit;
  readonly result: 'same' | 'changed' | 'skipped';
  readonly value: string | null;
  /** Why it was stepped over; else null. */
  readonly reason: string | null;
  /** How often the action ran for it: 0 where the cache had its result. */
  readonly runs: number;
}

/** How a search ended. */
export interface BisectEnd {
  /** The earliest commit that is known to have another value; null where the last one has the value of the first. */
  readonly found: RangeCommit | null;
  readonly before: string | null;
  readonly after: string | null;
  /** Stepped over between the last commit that has the earlier value and the one that was found: the change may be theirs. */
  readonly suspects: readonly BisectStep[];
  readonly runs: number;
}

/** Looks a commit's value up; with `mayRun` false only where that needs no run. */
export type ValueOf = (
  commit: RangeCommit,
  mayRun: boolean,
) => Promise<Result<CommitValue, AppError>>;

const MERGE = 'It is a merge.';

/** As `bisect`, over the commits of a study from one to a later one. */
export async function bisectBetween(
  {studyDir, good, bad}: {readonly studyDir: string; readonly good: string; readonly bad: string},
  valueOf: ValueOf,
  onRange: (count: number) => void,
  onStep: (step: BisectStep) => void,
): Promise<Result<BisectEnd, AppError>> {
  // git is half a megabyte of code that hardly any command needs
  const {commitRange} = await import('../../git/commitRange');
  const range = await commitRange(studyDir, good, bad);
  if (!range.ok) return range;
  onRange(range.value.commits.length);
  return bisect(range.value.good, range.value.commits, valueOf, onStep);
}

/**
 * Finds the commit that changed a value, in as few looks as can be. The last commit is taken to have another value until all
 * others have turned out to be as the first; then it is looked at too. Merges are stepped over, unless the cache has their value,
 * and so are commits that give none.
 */
export async function bisect(
  good: RangeCommit,
  commits: readonly RangeCommit[],
  valueOf: ValueOf,
  onStep: (step: BisectStep) => void,
): Promise<Result<BisectEnd, AppError>> {
  const byId = new Map(commits.map((each) => [each.commit, each]));
  const skipped = new Map<string, BisectStep>();
  let runs = 0;
  let before: string | null = null;

  const look = async (
    commit: RangeCommit,
    mayRun = true,
  ): Promise<Result<BisectStep, AppError>> => {
    const looked = await valueOf(commit, mayRun);
    if (!looked.ok) return looked;
    runs += looked.value.runs;
    const of = {commit, runs: looked.value.runs};
    if (looked.value.kind === 'skipped')
      return ok({...of, result: 'skipped', value: null, reason: looked.value.reason});
    const {value} = looked.value;
    const result = commit === good || value === before ? 'same' : 'changed';
    return ok({...of, result, value, reason: null});
  };

  const first = await look(good);
  if (!first.ok) return first;
  onStep(first.value);
  if (first.value.result === 'skipped') return unknownAt(first.value);
  before = first.value.value;

  /** What of the candidates a commit was made from, itself included. */
  const madeFrom = (commit: string, candidates: ReadonlySet<string>): ReadonlySet<string> => {
    const found = new Set<string>();
    const waiting = [commit];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next) || !candidates.has(next)) continue;
      found.add(next);
      waiting.push(...(byId.get(next)?.parents ?? []));
    }
    return found;
  };

  let last = commits.at(-1) ?? good;
  let after: BisectStep | null = null;
  let candidates: ReadonlySet<string> = new Set(byId.keys());
  const asked = new Set<string>();
  for (;;) {
    const open = commits.filter(
      ({commit}) => candidates.has(commit) && commit !== last.commit && !skipped.has(commit),
    );
    const plain = open.filter(({parents}) => parents.length < 2);
    const next: RangeCommit | undefined =
      middleOf(plain, candidates, after === null ? 1 : 0, madeFrom) ??
      open.find((each) => !asked.has(each.commit));
    if (next === undefined) break;
    asked.add(next.commit);
    const isMerge = next.parents.length > 1;
    const step = await look(next, !isMerge);
    if (!step.ok) return step;
    const shown: BisectStep =
      isMerge && step.value.result === 'skipped' ? {...step.value, reason: MERGE} : step.value;
    onStep(shown);
    const ancestors = madeFrom(next.commit, candidates);
    if (shown.result === 'skipped') skipped.set(next.commit, shown);
    else if (shown.result === 'same')
      candidates = new Set([...candidates].filter((each) => !ancestors.has(each)));
    else {
      candidates = ancestors;
      last = next;
      after = shown;
    }
  }
  if (after === null) {
    const step = await look(last);
    if (!step.ok) return step;
    onStep(step.value);
    if (step.value.result === 'skipped') return unknownAt(step.value);
    if (step.value.result === 'same')
      return ok({found: null, before, after: before, suspects: [], runs});
    after = step.value;
  }
  const suspects = [...skipped.values()].filter(({commit}) => candidates.has(commit.commit));
  return ok({found: last, before, after: after.value, suspects, runs});
}

/** The commit that halves what is left best; `others` is how many more ends there are where it turns out to be the same. */
function middleOf(
  open: readonly RangeCommit[],
  candidates: ReadonlySet<string>,
  others: number,
  madeFrom: (commit: string, candidates: ReadonlySet<string>) => ReadonlySet<string>,
): RangeCommit | undefined {
  let best: RangeCommit | undefined;
  let most = 0;
  for (const commit of open) {
    const size = madeFrom(commit.commit, candidates).size;
    const gain = Math.min(size, candidates.size - size + others);
    if (gain <= most) continue;
    best = commit;
    most = gain;
  }
  return best;
}

function unknownAt({commit, reason}: BisectStep): Result<never, AppError> {
  const id = commit.commit.slice(0, 7);
  return failWith('job-failed', `Commit ${id} gives nothing to compare with.`, {
    ...(reason === null ? {} : {why: reason}),
    hint: 'Name a commit at which the output is made.',
  });
}
