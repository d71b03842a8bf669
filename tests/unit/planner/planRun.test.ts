import {describe, expect, it} from 'vitest';
import type {Provenance} from '../../../shared/status';
import type {ActionHistory} from '../../../electron/planner/rerunReason';
import {planRun} from '../../../electron/planner/planRun';
import {NOTHING_KNOWN, outOfDateKnowledge} from '../../../electron/planner/rerunReason';
import type {Plan, RunRequest} from '../../../shared/plan';
import type {ShortAction} from '../query/studyOfActions';
import {graphOf, projectOf} from '../query/studyOfActions';
import {referenceJobs} from './referencePlan';

const SUCCEEDED: ActionHistory = {state: 'succeeded', outputsPresent: true};

function request(actions: readonly string[], parts: Partial<RunRequest> = {}): RunRequest {
  return {actions, forceDependencies: false, includeStale: false, force: [], takeOut: [], ...parts};
}

function plan(
  actions: readonly ShortAction[],
  history: Readonly<Record<string, ActionHistory>>,
  wanted: RunRequest,
  stale = NOTHING_KNOWN,
): Plan {
  const project = projectOf(actions);
  const made = planRun(
    graphOf(project),
    project.runAll,
    new Map(Object.entries(history)),
    wanted,
    stale,
  );
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

const jobs = (made: Plan): readonly string[] =>
  made.jobs.map((job) => `${job.action}: ${job.reason}`);
const skipped = (made: Plan): readonly string[] =>
  made.skipped.map((each) => `${each.action}: ${each.reason}`);

/** gen → use → plot. */
const CHAIN: readonly ShortAction[] = [
  {name: 'gen'},
  {name: 'use', needs: ['gen']},
  {name: 'plot', needs: ['use']},
];

describe('the whole table of which jobs a request makes', () => {
  const states: readonly (readonly [string, ActionHistory | undefined])[] = [
    ['never run', undefined],
    ['succeeded, outputs there', SUCCEEDED],
    ['succeeded, outputs missing', {state: 'succeeded', outputsPresent: false}],
    ['failed, outputs there', {state: 'failed', outputsPresent: true}],
    ['failed, outputs missing', {state: 'failed', outputsPresent: false}],
  ];
  const requests: readonly (readonly string[])[] = [
    ['use'],
    ['gen'],
    ['plot'],
    ['run_all'],
    ['run_all', 'use'],
    ['use', 'gen'],
  ];
  const cases = states.flatMap(([state, history]) =>
    ['gen', 'use', 'plot'].flatMap((position) =>
      requests.flatMap((actions) =>
        [false, true].map((force) => ({state, history, position, actions, force})),
      ),
    ),
  );

  it('has at least 30 rows', () => expect(cases.length).toBeGreaterThanOrEqual(30));

  it.each(cases)(
    '$position $state, asked for $actions, forced $force',
    ({history, position, actions, force}) => {
      const graph = graphOf(projectOf(CHAIN));
      const known = new Map(CHAIN.map(({name}) => [name, SUCCEEDED]));
      if (history === undefined) known.delete(position);
      else known.set(position, history);
      const made = plan(
        CHAIN,
        Object.fromEntries(known),
        request(actions, {forceDependencies: force}),
      );

      const expected = referenceJobs(graph, known, actions, force);
      expect(new Set(made.jobs.map((job) => job.action))).toEqual(expected);
      for (const job of made.jobs) {
        const last = known.get(job.action);
        const reason = actions.includes(job.action)
          ? 'requested'
          : last === undefined
            ? 'never-run'
            : !last.outputsPresent
              ? 'outputs-missing'
              : last.state === 'failed'
                ? 'failed-before'
                : 'forced';
        expect(`${job.action}: ${job.reason}`).toBe(`${job.action}: ${reason}`);
      }
      expect(made.skipped.every((each) => each.reason === 'succeeded-before')).toBe(true);
    },
  );

  it('gives what was observed of the reference', () => {
    const two = CHAIN.slice(0, 2);
    const done = {gen: SUCCEEDED, use: SUCCEEDED};
    const gone: ActionHistory = {state: 'succeeded', outputsPresent: false};
    expect(jobs(plan(two, done, request(['run_all'])))).toEqual([]);
    expect(jobs(plan(two, done, request(['use'])))).toEqual(['use: requested']);
    expect(jobs(plan(two, done, request(['use'], {forceDependencies: true})))).toEqual([
      'gen: forced',
      'use: requested',
    ]);
    expect(jobs(plan(two, {...done, use: gone}, request(['run_all'])))).toEqual([
      'use: outputs-missing',
    ]);
    expect(jobs(plan(two, {...done, gen: gone}, request(['use'])))).toEqual([
      'gen: outputs-missing',
      'use: requested',
    ]);
  });
});

describe('plans', () => {
  it('tell who waits for whom, needs first, each action once', () => {
    const diamond = [
      {name: 'report', needs: ['left', 'right', 'left']},
      {name: 'left', needs: ['gen']},
      {name: 'right', needs: ['gen']},
      {name: 'gen'},
    ];
    const made = plan(diamond, {right: SUCCEEDED}, request(['report', 'report']));
    expect(made.jobs).toEqual([
      {action: 'gen', reason: 'never-run', neededBy: ['left'], waitsFor: []},
      {action: 'left', reason: 'never-run', neededBy: ['report'], waitsFor: ['gen']},
      {action: 'report', reason: 'requested', neededBy: [], waitsFor: ['left']},
    ]);
    expect(skipped(made)).toEqual(['right: succeeded-before']);
  });

  it('stay within the stack for a chain of 20,000 actions', () => {
    const names = Array.from({length: 20_000}, (_, index) => `a${index}`);
    const upstream = new Map(
      names.map((name, index) => [name, index === 0 ? [] : [`a${index - 1}`]]),
    );
    const downstream = new Map(
      names.map((name, index) => [name, index === 19_999 ? [] : [`a${index + 1}`]]),
    );
    const graph = {names, upstream, downstream, rank: new Map<string, number>()};
    const made = planRun(graph, names, new Map(), request(['a19999']), NOTHING_KNOWN);
    expect(made.ok && made.value.jobs.length).toBe(20_000);
  });

  it('name the nearest action and list all, run_all first', () => {
    const project = projectOf(CHAIN);
    const made = planRun(
      graphOf(project),
      project.runAll,
      new Map(),
      request(['plto']),
      NOTHING_KNOWN,
    );
    expect(made).toMatchObject({
      error: {
        kind: 'invalid-request',
        message: 'This study has no action called `plto`.',
        hint: 'Did you mean `plot`?',
        detail: 'Actions of this study:\n  run_all\n  gen\n  use\n  plot',
      },
    });
    expect(
      planRun(graphOf(project), project.runAll, new Map(), request([]), NOTHING_KNOWN),
    ).toMatchObject({error: {kind: 'invalid-request', message: 'No action was named.'}});
  });

  it('name a circle, and do without the actions of one that last succeeded', () => {
    const circle = projectOf([
      {name: 'a', needs: ['c']},
      {name: 'b', needs: ['a']},
      {name: 'c', needs: ['b']},
    ]);
    const asked = (history: ReadonlyMap<string, ActionHistory>) =>
      planRun(graphOf(circle), circle.runAll, history, request(['a']), NOTHING_KNOWN);
    expect(asked(new Map())).toMatchObject({
      error: {message: 'These actions need each other in a circle: `a` → `c` → `b` → `a`.'},
    });
    expect(asked(new Map([['c', SUCCEEDED]]))).toMatchObject({ok: true});
  });
});

describe('the needed plan', () => {
  const done = {gen: SUCCEEDED, use: SUCCEEDED, plot: SUCCEEDED};
  const stale = outOfDateKnowledge(
    ['gen', 'use', 'plot'],
    new Map([
      ['gen', {kind: 'out-of-date', reasons: []}],
      ['use', {kind: 'upstream-out-of-date', because: ['gen']}],
      ['plot', {kind: 'up-to-date', markedBecause: null}],
    ]),
  );

  it('adds what is out of date and what follows from it', () => {
    const made = plan(CHAIN, done, request(['plot'], {includeStale: true}), stale);
    expect(jobs(made)).toEqual([
      'gen: out-of-date',
      'use: upstream-out-of-date',
      'plot: requested',
    ]);
    expect(jobs(plan(CHAIN, done, request(['plot']), stale))).toEqual(['plot: requested']);
  });

  it('runs again what builds on something that has to be made anew', () => {
    const made = plan(
      CHAIN,
      {...done, gen: {state: 'succeeded', outputsPresent: false}},
      request(['run_all'], {includeStale: true}),
    );
    expect(jobs(made)).toEqual([
      'gen: outputs-missing',
      'use: upstream-out-of-date',
      'plot: upstream-out-of-date',
    ]);
  });

  it('runs what is not verified, or was never answered for, like what is out of date', () => {
    const because = {
      kind: 'not-verified',
      message: '`gen` is not verified',
      path: null,
      changedAt: null,
      action: 'gen',
    } as const;
    const {action: _, ...itself} = because;
    const names = ['gen', 'use', 'plot'];
    const doubted = outOfDateKnowledge(
      names,
      new Map<string, Provenance>([
        ['gen', {kind: 'not-verified', reasons: [itself]}],
        ['use', {kind: 'not-verified', reasons: [because]}],
        ['plot', {kind: 'up-to-date', markedBecause: null}],
      ]),
    );
    const all = request(['run_all'], {includeStale: true});
    expect(jobs(plan(CHAIN, done, all, doubted))).toEqual([
      'gen: not-verified',
      'use: upstream-out-of-date',
      'plot: upstream-out-of-date',
    ]);
    // with `gen` left as it is, nothing else speaks against `use`
    const without = request(['run_all'], {includeStale: true, takeOut: ['gen']});
    expect(jobs(plan(CHAIN, done, without, doubted))).toEqual([]);
    const unanswered: ReadonlyMap<string, Provenance>[] = [
      new Map(),
      new Map(names.map((name) => [name, {kind: 'checking'}])),
      new Map(names.map((name) => [name, {kind: 'never-run'}])),
    ];
    for (const answers of unanswered)
      expect(jobs(plan(CHAIN, done, all, outOfDateKnowledge(names, answers)))).toEqual(
        names.map((name) => `${name}: not-verified`),
      );
    const byTimes: Provenance = {kind: 'up-to-date-by-times', notCompared: ['image']};
    const fine = outOfDateKnowledge(names, new Map(names.map((name) => [name, byTimes])));
    expect(jobs(plan(CHAIN, done, all, fine))).toEqual([]);
  });

  it('believes the user, also for what follows', () => {
    const marked = {
      ...NOTHING_KNOWN,
      outOfDateActions: new Set(['gen']),
      markedUpToDate: new Set(['use']),
    };
    const made = plan(CHAIN, done, request(['run_all'], {includeStale: true}), marked);
    expect(jobs(made)).toEqual(['gen: out-of-date']);
    expect(skipped(made)).toEqual(['use: marked-up-to-date', 'plot: succeeded-before']);
  });

  it('takes no word for what failed since, or whose outputs are gone', () => {
    const vouched = {...NOTHING_KNOWN, markedUpToDate: new Set(['use'])};
    for (const [last, reason] of [
      [{state: 'failed', outputsPresent: true}, 'failed-before'],
      [{state: 'succeeded', outputsPresent: false}, 'outputs-missing'],
    ] as const) {
      const stale = request(['run_all'], {includeStale: true});
      expect(jobs(plan(CHAIN, {...done, use: last}, stale, vouched))).toEqual([
        `use: ${reason}`,
        'plot: upstream-out-of-date',
      ]);
    }
  });

  it('tells outputs put back from those made by a run', () => {
    const made = plan(
      CHAIN,
      {...done, use: {...SUCCEEDED, reused: 'restored' as const}},
      request(['run_all'], {includeStale: true}),
    );
    expect(skipped(made)).toEqual([
      'gen: succeeded-before',
      'use: restored',
      'plot: succeeded-before',
    ]);
  });

  it('leaves out what is taken out, and what can do nothing without it', () => {
    const made = plan(
      CHAIN,
      done,
      request(['run_all'], {includeStale: true, takeOut: ['gen']}),
      stale,
    );
    expect(jobs(made)).toEqual([]);
    expect(skipped(made)).toEqual([
      'gen: taken-out',
      'use: succeeded-before',
      'plot: succeeded-before',
    ]);
    const never = plan(CHAIN, {}, request(['run_all'], {takeOut: ['gen']}));
    expect(skipped(never)).toEqual(['gen: taken-out', 'use: taken-out', 'plot: taken-out']);
  });

  it('forces single actions', () => {
    const made = plan(CHAIN, done, request(['plot'], {force: ['gen']}));
    expect(jobs(made)).toEqual(['plot: requested', 'gen: forced']);
    expect(made.jobs[0]?.waitsFor).toEqual([]);
  });
});
