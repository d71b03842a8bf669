import {describe, expect, it} from 'vitest';
import {bisect, type BisectStep, type ValueOf} from '../../../electron/core/commits/bisect';
import type {RangeCommit} from '../../../electron/git/commitRange';
import {ok} from '../../../shared/result';

function commitOf(commit: string, parents: readonly string[]): RangeCommit {
  return {commit, parents, subject: commit, author: 'A', date: '2026-01-01T00:00:00Z'};
}

/** Commits in a row, the first of them the good one. */
function row(count: number): readonly [RangeCommit, ...(readonly RangeCommit[])] {
  const [first, ...rest] = Array.from({length: count}, (_, at) =>
    commitOf(String(at), at === 0 ? [] : [String(at - 1)]),
  );
  return [first ?? commitOf('0', []), ...rest];
}

/** What a search ends with where these commits have another value and these give none. */
async function search(
  [good, ...commits]: readonly [RangeCommit, ...(readonly RangeCommit[])],
  isChanged: (commit: string) => boolean,
  failing: readonly string[] = [],
) {
  const steps: BisectStep[] = [];
  const valueOf: ValueOf = async ({commit}, mayRun) =>
    !mayRun
      ? ok({kind: 'skipped', reason: 'It would have to be run.', runs: 0})
      : failing.includes(commit)
        ? ok({kind: 'skipped', reason: 'It fails.', runs: 1})
        : ok({kind: 'value', value: isChanged(commit) ? '2' : '1', runs: 1});
  const end = await bisect(good, commits, valueOf, (step) => steps.push(step));
  if (!end.ok) return {error: end.error.message, steps, found: null, runs: 0, suspects: []};
  const {found, runs, suspects} = end.value;
  return {
    ...{error: null, steps, found: found?.commit ?? null, runs},
    suspects: suspects.map(({commit, reason}) => `${commit.commit}: ${reason}`),
  };
}

describe('the search for the commit that changed a number', () => {
  it('finds it among 16 commits in at most 5 runs, wherever it is, and says where none is', async () => {
    for (let changed = 1; changed < 16; changed += 1) {
      const {found, runs} = await search(row(16), (commit) => Number(commit) >= changed);
      expect([changed, found, runs <= 5]).toEqual([changed, String(changed), true]);
    }
    // with one commit more only a change by the last takes one more
    for (let changed = 1; changed < 17; changed += 1) {
      const {runs} = await search(row(17), (commit) => Number(commit) >= changed);
      expect([changed, runs <= (changed === 16 ? 6 : 5)]).toEqual([changed, true]);
    }
    const none = await search(row(16), () => false);
    expect([none.found, none.runs <= 5]).toEqual([null, true]);
  });

  it('goes round commits that fail, and names those that it could not rule out', async () => {
    for (let changed = 1; changed < 16; changed += 1)
      for (const failing of [1, 7, 8, 14].filter((each) => each !== changed)) {
        const isChanged = (commit: string) => Number(commit) >= changed;
        const {found, suspects} = await search(row(16), isChanged, [String(failing)]);
        expect([changed, failing, found]).toEqual([changed, failing, String(changed)]);
        // only the commit right before it can't be told from it
        expect(suspects).toEqual(failing === changed - 1 ? [`${failing}: It fails.`] : []);
      }
    const hidden = await search(row(16), (commit) => Number(commit) >= 7, ['7']);
    expect([hidden.found, hidden.suspects]).toEqual(['8', ['7: It fails.']]);
    expect((await search(row(3), () => true, ['0'])).error).toContain('gives nothing to compare');
    expect((await search(row(3), () => false, ['2'])).error).toContain('gives nothing to compare');
  });

  it('finds it on either side of a merge, over which it steps', async () => {
    // 0 ─ 1 ─ a ─ b ─ M ─ 2, with c ─ d from 1 to M
    const commits = [
      ...[commitOf('0', []), commitOf('1', ['0']), commitOf('a', ['1']), commitOf('b', ['a'])],
      ...[commitOf('c', ['1']), commitOf('d', ['c']), commitOf('M', ['b', 'd'])],
      commitOf('2', ['M']),
    ] as const;
    const after: Readonly<Record<string, readonly string[]>> = {
      '1': ['1', 'a', 'b', 'c', 'd', 'M', '2'],
      a: ['a', 'b', 'M', '2'],
      d: ['d', 'M', '2'],
      '2': ['2'],
    };
    for (const [changed, others] of Object.entries(after)) {
      const {found, steps, suspects} = await search(commits, (commit) => others.includes(commit));
      expect([changed, found]).toEqual([changed, changed]);
      expect(suspects).toEqual(changed === '2' ? ['M: It is a merge.'] : []);
      const merge = steps.find(({commit}) => commit.commit === 'M');
      expect([undefined, 'It is a merge.']).toContain(merge?.reason);
    }
  });
});
