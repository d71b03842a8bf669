import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {evaluateQuery} from '../../../shared/query/evaluateQuery';
import {parseQuery} from '../../../shared/query/parseQuery';
import {suggestQuery} from '../../../shared/query/suggestQuery';
import {graphOf, projectOf} from './studyOfActions';

const anyName = fc
  .string({minLength: 1, maxLength: 12, unit: 'grapheme'})
  .filter((name) => name.trim() === name);
/** Texts made of what queries are made of, so that many of them nearly make sense. */
const anyText = fc
  .array(
    fc.constantFrom(
      'a',
      'b1',
      '+',
      '(',
      ')',
      '"',
      "'",
      '*',
      ' ',
      'and',
      'or',
      'not',
      'status:',
      'failed',
      'tier:',
      'stale',
      ':',
    ),
  )
  .map((pieces) => pieces.join(''));

function contextOf(names: readonly string[]) {
  const project = projectOf(
    names.map((name, index) => ({name, needs: names.slice(Math.max(0, index - 1), index)})),
  );
  return {
    project,
    graph: graphOf(project),
    statuses: new Map(),
    scripts: new Map<string, string>(),
  };
}

describe('any query', () => {
  it('of any text is either understood or refused at a place inside it', () => {
    const context = contextOf(['a', 'b1', 'not', 'stale']);
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string()), (text) => {
        const parsed = parseQuery(text, context.graph.names);
        if (parsed.ok) {
          const found = evaluateQuery(parsed.value, context);
          expect([...found].every((name) => context.graph.names.includes(name))).toBe(true);
        } else {
          expect(parsed.error.from).toBeLessThanOrEqual(parsed.error.to);
          expect(parsed.error.to).toBeLessThanOrEqual(text.length);
          expect(parsed.error.message).not.toBe('');
        }
      }),
      {numRuns: 500},
    );
  });

  it('that is the name of an action means that action alone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyName, {minLength: 1, maxLength: 5}), (names) => {
        const context = contextOf(names);
        for (const name of names) {
          const parsed = parseQuery(name, names);
          expect(parsed.ok && [...evaluateQuery(parsed.value, context)]).toEqual([name]);
        }
      }),
    );
  });

  it('and its negation make up all actions', () => {
    const context = contextOf(['a', 'b1', 'b2', 'stale']);
    fc.assert(
      fc.property(
        fc.constantFrom('a', 'b*', '+b1', 'a+', 'image:r', 'status:never-run'),
        (text) => {
          const both = [text, `not (${text})`].flatMap((query) => {
            const parsed = parseQuery(query, context.graph.names);
            return parsed.ok ? [...evaluateQuery(parsed.value, context)] : [];
          });
          expect(both.sort()).toEqual([...context.graph.names].sort());
        },
      ),
    );
  });

  it('is gone on with at the caret, wherever that is', () => {
    const context = contextOf(['a', 'b1', 'two words', 'stale']);
    fc.assert(
      fc.property(anyText, fc.nat(30), (text, at) => {
        const caret = Math.min(at, text.length);
        for (const {from, to} of suggestQuery(text, caret, context)) {
          expect(from).toBeLessThanOrEqual(caret);
          expect(to).toBeGreaterThanOrEqual(caret);
          expect(to).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
