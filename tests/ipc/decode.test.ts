import fc from 'fast-check';
import {describe, expect, expectTypeOf, it} from 'vitest';
import type {z} from 'zod';
import type {RequestArg, RequestName} from '../../shared/contract/contract';
import {requestDecoders} from '../../shared/contract/schemas';
import {EVENT_NAMES, isEventName, isRequestName, REQUEST_NAMES} from '../../shared/contract/names';
import {REQUEST_EXAMPLES} from './requestExamples';

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
  it('are exactly one for each request of the contract', () => {
    expectTypeOf<keyof typeof requestDecoders>().toEqualTypeOf<RequestName>();
    expectTypeOf<{
      [N in RequestName]: z.infer<(typeof requestDecoders)[N]>;
    }>().toEqualTypeOf<{[N in RequestName]: RequestArg<N>}>();
    expect(Object.keys(requestDecoders).sort()).toEqual([...REQUEST_NAMES].sort());
  });

  it.each(REQUEST_NAMES)('%s takes its argument unchanged', (name) => {
    expect(requestDecoders[name].parse(REQUEST_EXAMPLES[name])).toEqual(REQUEST_EXAMPLES[name]);
  });

  it.each(REQUEST_NAMES)('%s refuses what is no object of its shape', (name) => {
    const needsNothing = Object.keys(REQUEST_EXAMPLES[name]).length === 0;
    for (const value of HOSTILE) {
      // an empty map or a date holds as little as an empty object does
      if (needsNothing && typeof value === 'object' && value !== null && !Array.isArray(value)) {
        continue;
      }
      expect(requestDecoders[name].safeParse(value).success).toBe(false);
    }
  });

  it.each(REQUEST_NAMES)('%s refuses a field too many and a field too few', (name) => {
    const good: object = REQUEST_EXAMPLES[name];
    expect(requestDecoders[name].safeParse({...good, extra: 1}).success).toBe(false);
    for (const key of Object.keys(good)) {
      const less = Object.fromEntries(Object.entries(good).filter(([field]) => field !== key));
      expect(requestDecoders[name].safeParse(less).success, `${name} without ${key}`).toBe(false);
      expect(requestDecoders[name].safeParse({...good, [key]: Symbol('x')}).success).toBe(false);
    }
  });

  it('never throw, whatever they are given', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...REQUEST_NAMES),
        fc.anything({withMap: true}),
        (name, value) => {
          expect(typeof requestDecoders[name].safeParse(value).success).toBe('boolean');
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
    expect(requestDecoders['outputs:read'].safeParse({path}).success).toBe(false);
    expect(requestDecoders['outputs:clear'].safeParse({paths: ['a', path]}).success).toBe(false);
    expect(requestDecoders['project:open-in-editor'].safeParse({path, line: 1}).success).toBe(false);
  });

  it.each(['output/a..b.csv', 'output/weird name\n"x".csv', '.hidden', 'output/ü/数.csv'])(
    'take odd names that are inside: %j',
    (path) => {
      expect(requestDecoders['outputs:read'].safeParse({path}).success).toBe(true);
    },
  );

  it.each(['relative', './x', 'file:///etc', '', '/a\0b', 'C:relative'])(
    'take no folder that is not absolute: %j',
    (dir) => {
      expect(requestDecoders['project:open'].safeParse({dir}).success).toBe(false);
    },
  );

  it.each(['../x.svg', 'a/b.svg', 'a\\b.svg', ''])('export under no path: %j', (suggestedName) => {
    const arg = {suggestedName, content: 'x'};
    expect(requestDecoders['app:export'].safeParse(arg).success).toBe(false);
  });

  it('take no endless paths', () => {
    const path = 'x'.repeat(5000);
    expect(requestDecoders['outputs:read'].safeParse({path}).success).toBe(false);
  });

  it('take no numbers that make no sense', () => {
    const {request, options} = REQUEST_EXAMPLES['runs:start'];
    for (const concurrency of [0, -1, 1.5, NaN, Infinity, '2', 10 ** 9]) {
      const arg = {request, options: {...options, concurrency}};
      expect(requestDecoders['runs:start'].safeParse(arg).success).toBe(false);
    }
    for (const cpus of [0, -1, NaN, Infinity]) {
      const arg = {request, options: {...options, limits: {...options.limits, cpus}}};
      expect(requestDecoders['runs:start'].safeParse(arg).success).toBe(false);
    }
  });
});

describe('names of the contract', () => {
  it('are nothing inherited', () => {
    for (const name of ['constructor', '__proto__', 'toString', '', 1, null]) {
      expect(isRequestName(name)).toBe(false);
      expect(isEventName(name)).toBe(false);
    }
    expect(REQUEST_NAMES.every(isRequestName)).toBe(true);
    expect(EVENT_NAMES.every(isEventName)).toBe(true);
  });

  it('are noun:verb', () => {
    for (const name of [...REQUEST_NAMES, ...EVENT_NAMES]) expect(name).toMatch(/^[a-z]+:[a-z-]+$/);
  });
});
