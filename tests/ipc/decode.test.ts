import fc from 'fast-check';
import {describe, expect, expectTypeOf, it} from 'vitest';
import * as z from 'zod';
import {CONTRACT_ARGUMENT, contractNames} from '../../shared/contract/channels';
import {
  allRequests,
  requests,
  type RequestArg,
  type RequestValue,
} from '../../shared/contract/contract';
import {events} from '../../shared/contract/events';
import type {RunRequest} from '../../shared/plan';
import type {PreparedRun} from '../../shared/preview';
import {ofStudy} from '../../shared/contract/request';
import {studyPath} from '../../shared/contract/schemas';
import {DEFAULT_RUN_OPTIONS, type RunOptions} from '../../shared/run';

const NAMES = allRequests.map(({name}) => name);
const ARGS = new Map(allRequests.map(({name, arg}) => [name, arg]));
const EVENT_NAMES = Object.keys(events);

/** A request of every kind of field. */
const MADE_UP = ofStudy({
  path: studyPath,
  line: z.int().min(1).nullable(),
  deep: z.strictObject({yes: z.boolean()}),
}).answers<null>();
const GOOD = {path: 'output/table.csv', line: null, deep: {yes: true}};

describe('decoders of requests', () => {
  it('give the types that handlers and callers see', () => {
    expectTypeOf<RequestArg<'runs:cancel'>>().toEqualTypeOf<{
      runId: string;
      action: string | null;
    }>();
    expectTypeOf<RequestArg<'plan:prepare'>>().toEqualTypeOf<{
      request: RunRequest;
      options: RunOptions;
    }>();
    expectTypeOf<RequestValue<'plan:prepare'>>().toEqualTypeOf<PreparedRun>();
    expectTypeOf<RequestValue<'view:load'>>().toEqualTypeOf<string | null>();
  });

  it('take an argument of the shape unchanged, and no other', () => {
    expect(MADE_UP.arg.parse(GOOD)).toEqual(GOOD);
    for (const value of [undefined, null, 0, 'x', [], [GOOD], () => GOOD, new Map(), new Date(0)])
      expect(MADE_UP.arg.safeParse(value).success).toBe(false);
    expect(MADE_UP.arg.safeParse({...GOOD, extra: 1}).success).toBe(false);
    expect(MADE_UP.arg.safeParse({...GOOD, deep: {yes: true, no: 1}}).success).toBe(false);
    for (const key of Object.keys(GOOD)) {
      const less = Object.fromEntries(Object.entries(GOOD).filter(([field]) => field !== key));
      expect(MADE_UP.arg.safeParse(less).success, `without ${key}`).toBe(false);
      expect(MADE_UP.arg.safeParse({...GOOD, [key]: Symbol('x')}).success).toBe(false);
    }
  });

  it('never throw; what they take they leave as it is, without a field of another name', () => {
    const field = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const value = fc.oneof(field, fc.array(field), fc.anything());
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), fc.infiniteStream(value), (name, values) => {
        const arg = ARGS.get(name);
        if (arg === undefined) throw new Error(name);
        const fields = arg instanceof z.ZodObject ? Object.keys(arg.shape) : [];
        const given = Object.fromEntries(fields.map((key) => [key, values.next().value]));
        const taken = arg.safeParse(given);
        if (taken.success) expect(taken.data).toEqual(given);
        expect(arg.safeParse({...given, 'of another name': 1}).success).toBe(false);
      }),
      {numRuns: 2000, seed: 20261201},
    );
    for (const {arg, name} of allRequests) expect(arg, name).toBeInstanceOf(z.ZodObject);
  });

  it.each([
    '',
    '/etc/passwd',
    '../outside.csv',
    'output/../../outside.csv',
    'output\\..\\..\\outside.csv',
    'a\0b',
  ])('take no path out of the study: %j', (path) => {
    expect(requests.outputs.read.arg.safeParse({path}).success).toBe(false);
    expect(requests.outputs.clear.arg.safeParse({paths: ['a', path]}).success).toBe(false);
    expect(requests.project.openInEditor.arg.safeParse({path, line: 1}).success).toBe(false);
  });

  it.each(['output/a..b.csv', 'output/weird name\n"x".csv', '.hidden', 'output/ü/数.csv'])(
    'take odd names that are inside: %j',
    (path) => expect(requests.outputs.read.arg.safeParse({path}).success).toBe(true),
  );

  it.each(['relative', './x', 'file:///etc', '', '/a\0b', 'C:relative'])(
    'take no folder that is not absolute: %j',
    (dir) => expect(requests.project.open.arg.safeParse({dir}).success).toBe(false),
  );

  it.each(['../x.svg', 'a/b.svg', 'a\\b.svg', ''])('export under no path: %j', (suggestedName) => {
    const arg = {suggestedName, content: 'x'};
    expect(requests.app.export.arg.safeParse(arg).success).toBe(false);
  });

  it('take no endless paths', () => {
    const path = 'x'.repeat(5000);
    expect(requests.outputs.read.arg.safeParse({path}).success).toBe(false);
  });

  it('take no numbers that make no sense', () => {
    const request = {
      ...{actions: ['run_all'], force: [], takeOut: []},
      ...{forceDependencies: false, includeStale: true},
    };
    const options = DEFAULT_RUN_OPTIONS;
    expect(requests.plan.prepare.arg.safeParse({request, options}).success).toBe(true);
    for (const concurrency of [0, -1, 1.5, NaN, Infinity, '2', 10 ** 9]) {
      const arg = {request, options: {...options, concurrency}};
      expect(requests.plan.prepare.arg.safeParse(arg).success).toBe(false);
    }
    for (const cpus of [0, -1, NaN, Infinity]) {
      const arg = {request, options: {...options, limits: {...options.limits, cpus}}};
      expect(requests.plan.prepare.arg.safeParse(arg).success).toBe(false);
    }
  });
});

describe('names of the contract', () => {
  it('reach the preload as an argument of its process', () => {
    const told = `${CONTRACT_ARGUMENT}${JSON.stringify({requests: NAMES, events: EVENT_NAMES})}`;
    expect(contractNames(['electron', told])).toEqual({requests: NAMES, events: EVENT_NAMES});
    expect(contractNames(['electron'])).toEqual({requests: [], events: []});
  });

  it('are noun:verb', () => {
    for (const name of [...NAMES, ...EVENT_NAMES]) expect(name).toMatch(/^[a-z]+:[a-z-]+$/i);
  });
});
