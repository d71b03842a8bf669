import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {ActionHistory} from '../../../electron/planner/rerunReason';
import {planRun} from '../../../electron/planner/planRun';
import type {ActionGraph} from '../../../shared/graph';
import type {Plan, RunRequest} from '../../../shared/plan';
import {graphOf, projectOf} from '../query/studyOfActions';
import {referenceJobs} from './referencePlan';

interface Case {
  readonly graph: ActionGraph;
  readonly history: ReadonlyMap<string, ActionHistory>;
  readonly actions: readonly string[];
  readonly force: boolean;
  readonly stale: readonly string[];
}

/** Any small study without circles, with any history, any request and anything out of date. */
const anyCase: fc.Arbitrary<Case> = fc
  .integer({min: 1, max: 12})
  .chain((size) => {
    const names = Array.from({length: size}, (_, index) => `a${index}`);
    return fc.record({
      needs: fc.tuple(...names.map((_, index) => fc.subarray(names.slice(0, index)))),
      history: fc.tuple(
        ...names.map(() =>
          fc.option(
            fc.record({
              state: fc.constantFrom('succeeded' as const, 'failed' as const),
              outputsPresent: fc.boolean(),
            }),
          ),
        ),
      ),
      actions: fc.subarray(['run_all', ...names], {minLength: 1}),
      force: fc.boolean(),
      stale: fc.subarray(names),
    });
  })
  .map(({needs, history, ...rest}) => ({
    ...rest,
    graph: graphOf(projectOf(needs.map((each, index) => ({name: `a${index}`, needs: each})))),
    history: new Map(
      history.flatMap((last, index) => (last === null ? [] : [[`a${index}`, last] as const])),
    ),
  }));

function planned(each: Case, parts: Partial<RunRequest> = {}): Plan {
  const {graph, history, actions, force} = each;
  const request = {
    actions,
    forceDependencies: force,
    includeStale: false,
    force: [],
    takeOut: [],
    ...parts,
  };
  const made = planRun(graph, graph.names, history, request, {
    outOfDateActions: new Set(each.stale),
    notVerifiedActions: new Set(),
    markedUpToDate: new Set(),
  });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const names = (made: Plan): ReadonlySet<string> => new Set(made.jobs.map((job) => job.action));

describe('plans of any study', () => {
  it('are what the reference does', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const expected = referenceJobs(each.graph, each.history, each.actions, each.force);
        expect(names(planned(each))).toEqual(expected);
      }),
      {numRuns: 1000},
    );
  });

  it('never run less than the reference once provenance counts, and nothing out of date is built upon', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const needed = planned(each, {includeStale: true});
        const all = names(needed);
        for (const action of names(planned(each))) expect(all.has(action)).toBe(true);
        for (const {action} of needed.skipped) {
          expect(each.stale).not.toContain(action);
          // what it builds on may run again when asked for, but not because it has to
          for (const need of each.graph.upstream.get(action) ?? []) {
            expect(each.stale).not.toContain(need);
            const usable = each.history.get(need);
            if (all.has(need)) expect(usable).toEqual({state: 'succeeded', outputsPresent: true});
          }
        }
      }),
      {numRuns: 1000},
    );
  });

  it('list needs first, and wait exactly for the needs that run', () => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), (each, includeStale) => {
        const made = planned(each, {includeStale});
        const before = new Set<string>();
        const all = names(made);
        for (const job of made.jobs) {
          const needs = (each.graph.upstream.get(job.action) ?? []).filter((need) => all.has(need));
          expect(job.waitsFor).toEqual(needs);
          for (const need of needs) expect(before.has(need)).toBe(true);
          before.add(job.action);
        }
        expect(before.size).toBe(made.jobs.length);
        for (const {action} of made.skipped) expect(all.has(action)).toBe(false);
      }),
      {numRuns: 1000},
    );
  });

  it('never hold what is taken out', () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const made = planned(each, {includeStale: true, takeOut: each.stale});
        for (const action of each.stale) expect(names(made).has(action)).toBe(false);
      }),
      {numRuns: 1000},
    );
  });
});
