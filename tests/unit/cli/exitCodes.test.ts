import {describe, expect, it} from 'vitest';
import {EXIT, exitCodeOf, exitCodeOfState, exitCodeOfStates} from '../../../electron/cli/exitCodes';
import {STATE_WORDS, type ActionState} from '../../../shared/status';

/** All words but that of a past attempt. */
const states = Object.keys(STATE_WORDS).filter((word): word is ActionState => word !== 'succeeded');

describe('the exit code for the states of actions', () => {
  it('is 0 for what a check found up to date and for nothing else', () => {
    expect(states.filter((state) => exitCodeOfState(state) === EXIT.done)).toEqual([
      'up-to-date',
      'up-to-date-by-times',
    ]);
    expect(exitCodeOfStates([])).toBe(EXIT.done);
    expect(exitCodeOfStates(['up-to-date', 'up-to-date-by-times'])).toBe(EXIT.done);
  });

  it('tells a failure before all, then what is under way, what is to be run and what is not known', () => {
    expect(exitCodeOfStates(['not-verified', 'never-run', 'running', 'failed'])).toBe(EXIT.failed);
    expect(exitCodeOfStates(['not-verified', 'never-run', 'waiting-for-engine'])).toBe(
      EXIT.underWay,
    );
    expect(exitCodeOfStates(['up-to-date', 'not-verified', 'blocked'])).toBe(EXIT.toRun);
    expect(exitCodeOfStates(['checking', 'up-to-date'])).toBe(EXIT.notKnown);
  });
});

it.each([
  ...[
    ['invalid-project', 2],
    ['invalid-request', 2],
    ['not-found', 2],
    ['no-engine', 3],
  ],
  ...[
    ['cancelled', 130],
    ['image-missing', 1],
    ['study-busy', 1],
    ['bug', 1],
  ],
] as const)('the exit code for an error %s ends with %i', (kind, code) => {
  expect(exitCodeOf(kind)).toBe(code);
});
