import fc from 'fast-check';
import {describe, expect, expectTypeOf, it} from 'vitest';
import {CONTRACT_ARGUMENT, contractNames} from '../../shared/contract/channels';
import {
  requests,
  type RequestArg,
  type RequestName,
  type RequestValue,
} from '../../shared/contract/contract';
import {events} from '../../shared/contract/events';
import type {RunRequest} from '../../shared/plan';
import type {PreparedRun} from '../../shared/preview';
import type {RunOptions} from '../../shared/run';
import {REQUEST_EXAMPLES} from './requestExamples';

const REQUEST_NAMES = Object.keys(requests) as readonly RequestName[];
const EVENT_NAMES = Object.keys(events);

/** Values no request takes. */
const HOSTILE: readonly unknown[] = [
  undefined,
  null,
  0,
  'x',
  [],
  [{}],
  () => undefined,
  new Map(),
  new Date(0),
];

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

  it.each(REQUEST_NAMES)('%s takes its argument unchanged', (name) => {
    expect(requests[name].arg.parse(REQUEST_EXAMPLES[name])).toEqual(REQUEST_EXAMPLES[name]);
  });

  it.each(REQUEST_NAMES)('%s refuses what is no object of its shape', (name) => {
    const needsNothing = Object.keys(REQUEST_EXAMPLES[name]).length === 0;
    for (const value of HOSTILE) {
      // an empty map or a date holds as little as an empty object does
      if (needsNothing && typeof value === 'object' && value !== null && !Array.isArray(value)) {
        continue;
      }
      expect(requests[name].arg.safeParse(value).success).toBe(false);
    }
  });

  it.each(REQUEST_NAMES)('%s refuses a field too many and a field too few', (name) => {
    const good: object = REQUEST_EXAMPLES[name];
    expect(requests[name].arg.safeParse({...good, extra: 1}).success).toBe(false);
    for (const key of Object.keys(good)) {
      const less = Object.fromEntries(Object.entries(good).filter(([field]) => field !== key));
      expect(requests[name].arg.safeParse(less).success, `${name} without ${key}`).toBe(false);
      expect(requests[name].arg.safeParse({...good, [key]: Symbol('x')}).success).toBe(false);
    }
  });

  it('never throw, whatever they are given', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...REQUEST_NAMES),
        fc.anything({withMap: true}),
        (name, value) => {
          expect(typeof requests[name].arg.safeParse(value).success).toBe('boolean');
        },
      ),
      {numRuns: 2000},
    );
  });

  it.each([
    '',
    '/etc/passwd',
    '../outside.csv',
    'output/../../outside.csv',
    'output\\..\\..\\outside.csv',
    'a\0b',
  ])('take no path out of the study: %j', (path) => {
    expect(requests['outputs:read'].arg.safeParse({path}).success).toBe(false);
    expect(requests['outputs:clear'].arg.safeParse({paths: ['a', path]}).success).toBe(false);
    expect(requests['project:open-in-editor'].arg.safeParse({path, line: 1}).success).toBe(false);
  });

  it.each(['output/a..b.csv', 'output/weird name\n"x".csv', '.hidden', 'output/ü/数.csv'])(
    'take odd names that are inside: %j',
    (path) => {
      expect(requests['outputs:read'].arg.safeParse({path}).success).toBe(true);
    },
  );

  it.each(['relative', './x', 'file:///etc', '', '/a\0b', 'C:relative'])(
    'take no folder that is not absolute: %j',
    (dir) => {
      expect(requests['project:open'].arg.safeParse({dir}).success).toBe(false);
    },
  );

  it.each(['../x.svg', 'a/b.svg', 'a\\b.svg', ''])('export under no path: %j', (suggestedName) => {
    const arg = {suggestedName, content: 'x'};
    expect(requests['app:export'].arg.safeParse(arg).success).toBe(false);
  });

  it('take no endless paths', () => {
    const path = 'x'.repeat(5000);
    expect(requests['outputs:read'].arg.safeParse({path}).success).toBe(false);
  });

  it('take no numbers that make no sense', () => {
    const {request, options} = REQUEST_EXAMPLES['plan:prepare'];
    for (const concurrency of [0, -1, 1.5, NaN, Infinity, '2', 10 ** 9]) {
      const arg = {request, options: {...options, concurrency}};
      expect(requests['plan:prepare'].arg.safeParse(arg).success).toBe(false);
    }
    for (const cpus of [0, -1, NaN, Infinity]) {
      const arg = {request, options: {...options, limits: {...options.limits, cpus}}};
      expect(requests['plan:prepare'].arg.safeParse(arg).success).toBe(false);
    }
  });
});

describe('names of the contract', () => {
  it('reach the preload as an argument of its process', () => {
    const told = `${CONTRACT_ARGUMENT}${JSON.stringify({requests: REQUEST_NAMES, events: EVENT_NAMES})}`;
    expect(contractNames(['electron', told])).toEqual({
      requests: REQUEST_NAMES,
      events: EVENT_NAMES,
    });
    expect(contractNames(['electron'])).toEqual({requests: [], events: []});
  });

  it('are noun:verb', () => {
    for (const name of [...REQUEST_NAMES, ...EVENT_NAMES]) expect(name).toMatch(/^[a-z]+:[a-z-]+$/);
  });
});
