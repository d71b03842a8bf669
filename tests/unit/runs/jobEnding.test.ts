import {describe, expect, it} from 'vitest';
import {type EndingFacts, endingOf, inWords} from '../../../electron/runs/jobEnding';

const GOOD: EndingFacts = {
  exitCode: 0,
  outOfMemory: false,
  imageName: 'r',
  memoryLimitBytes: 4 * 1024 ** 3,
  timedOutAfter: null,
  engineLost: false,
  unmatchedPatterns: [],
  unmatchedFiles: [],
  excluded: 0,
  notCollected: [],
};

describe('endingOf', () => {
  it('is a success without anything to say', () => {
    expect(endingOf(GOOD)).toMatchObject({statusCode: 'succeeded', hint: null});
  });

  it('says how many moderately sensitive files would be kept back', () => {
    expect(endingOf({...GOOD, excluded: 1}).message).toContain('1 moderately sensitive file ');
    expect(endingOf({...GOOD, excluded: 2})).toMatchObject({statusCode: 'succeeded'});
  });

  it('says how many files that match were not collected, and both together', () => {
    const pipe = {path: 'output/pipe.csv', reason: 'It is a pipe, not a file.'};
    const messageOf = (facts: Partial<EndingFacts>) => endingOf({...GOOD, ...facts}).message;
    expect(messageOf({notCollected: [pipe]})).toBe(
      'Completed successfully, but 1 file that matches was not collected',
    );
    expect(messageOf({notCollected: [pipe, pipe], excluded: 1})).toBe(
      'Completed successfully, but 2 files that match were not collected, and 1 moderately sensitive file would be kept back from level 4',
    );
    const none = endingOf({...GOOD, notCollected: [pipe], unmatchedPatterns: ['output/*.csv']});
    expect(none.statusCode).toBe('unmatched_patterns');
    expect(none.hint).toBe('output/pipe.csv was not collected. It is a pipe, not a file.');
  });

  it('puts a bad exit before unmatched patterns, and a time limit before both', () => {
    const bad = {...GOOD, exitCode: 1, unmatchedPatterns: ['a.csv']};
    expect(endingOf(bad).statusCode).toBe('nonzero_exit');
    expect(endingOf({...bad, timedOutAfter: 90}).message).toBe(
      'Stopped at its time limit of 1 min 30 s',
    );
  });

  it.each([
    [['output/resutls.csv'], 'output/resutls.csv'],
    [['out/results.csv'], 'out/results.csv'],
    [['x/Results.csv'], 'x/Results.csv'],
    [['something.rds', 'else.rds'], 'something.rds, else.rds'],
    [[], 'no other files'],
  ])('hints at what was produced instead: %j', (files, hint) => {
    const ending = endingOf({
      ...GOOD,
      unmatchedPatterns: ['output/results.csv'],
      unmatchedFiles: files,
    });
    expect(ending.statusCode).toBe('unmatched_patterns');
    expect(ending.hint).toContain(hint);
  });
});

describe('an exit code', () => {
  it('names the memory limit when the engine says that memory ran out', () => {
    const ending = endingOf({...GOOD, exitCode: 137, outOfMemory: true});
    expect(ending.outOfMemoryBytes).toBe(GOOD.memoryLimitBytes);
    expect(ending.message).toBe('The job ran out of memory (limit 4 GB)');
  });

  it('does not blame memory alone for a kill without the flag', () => {
    const ending = endingOf({...GOOD, exitCode: 137});
    expect(ending.outOfMemoryBytes).toBeNull();
    expect(ending.message).toContain('most likely');
  });

  it.each([2, 10, 11, 12, 13])('explains code %i of ehrQL, and of ehrQL only', (exitCode) => {
    expect(endingOf({...GOOD, exitCode, imageName: 'ehrql'}).message).not.toContain('exit code');
    expect(endingOf({...GOOD, exitCode}).message).toContain(`exit code ${exitCode}`);
  });
});

it.each([
  [0.4, '0 s'],
  [1, '1 s'],
  [60, '1 min'],
  [3661, '1 h 1 min 1 s'],
  [7200, '2 h'],
])('%d seconds are %s', (seconds, words) => expect(inWords(seconds)).toBe(words));
