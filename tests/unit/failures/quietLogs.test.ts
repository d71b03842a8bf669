import {describe, expect, it} from 'vitest';
import {explainFailure} from '../../../electron/failures/explainFailure';
import {factsOf, madeLogs} from './madeLogs';

const quiet = madeLogs('quiet.json');

/** What each is told to have failed of, by name; nothing where it is as it must be. */
async function cardsOf(change: (exitCode: number) => number): Promise<readonly string[]> {
  const cards = await Promise.all(
    quiet.map(async (log) => {
      const exitCode = change(log.exitCode ?? 1);
      const statusCode = exitCode === 0 ? 'succeeded' : 'nonzero_exit';
      const card = await explainFailure(factsOf({...log, exitCode}, {statusCode}));
      return card === null ? [] : [`${log.name}: ${card.rule}`];
    }),
  );
  return cards.flat();
}

describe('logs of successes and of failures that are not known', () => {
  it('are 200 or more, half of them with words that usually stand in a failure', () => {
    expect(quiet.length).toBeGreaterThanOrEqual(200);
    const alarming = quiet.filter(({log}) =>
      /\b(error|warning|traceback)\b|Error\b/i.test(log.join('\n')),
    );
    expect(alarming.length).toBeGreaterThanOrEqual(100);
    expect(quiet.filter(({exitCode}) => exitCode === 0).length).toBeGreaterThanOrEqual(80);
    expect(quiet.filter(({exitCode}) => exitCode !== 0).length).toBeGreaterThanOrEqual(80);
  });

  // a shell that kills itself ends as one does that took too much memory
  const KILLED = ['shell-18: job-killed'];

  it('have no card', async () => expect(await cardsOf((exitCode) => exitCode)).toEqual(KILLED));

  it('have none even if those that succeeded had failed', async () => {
    expect(await cardsOf((exitCode) => (exitCode === 0 ? 1 : exitCode))).toEqual(KILLED);
  });
});
