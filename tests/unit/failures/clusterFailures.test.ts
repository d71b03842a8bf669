import {describe, expect, it} from 'vitest';
import {
  clusterFailures,
  normalisedMessage,
  type FailedJob,
} from '../../../electron/failures/clusterFailures';
import {explainFailure} from '../../../electron/failures/explainFailure';
import {factsOf, madeLogs} from './madeLogs';

const ran = madeLogs('ran.json');

/** One of the logs that a tool printed, as another action would have printed it: other paths, numbers and times. */
async function anotherLike(name: string, index: number): Promise<FailedJob> {
  const log = ran.find((each) => each.name === name);
  if (log === undefined) throw new Error(`there is no log ${name}`);
  const action = `model_${index}`;
  const changed = log.log.map((line) =>
    line
      .replaceAll('analysis/model', `analysis/part_${index}/model`)
      .replace(/line (\d+)/g, (_, line: string) => `line ${Number(line) + index}`)
      .replace(/output\/([\w.]+)/g, `output/group_${index}/$1`),
  );
  const lines = [
    `2026-11-${String(10 + (index % 15))} 10:${String(10 + index)}:03.25 start of ${index * 37} rows`,
    ...changed,
  ];
  const facts = factsOf({...log, log: lines});
  const card = await explainFailure(facts);
  return {jobId: `job-${index}`, action, card, message: facts.message, lines};
}

describe('the failures of a run', () => {
  it('are three of 50 that have three causes', async () => {
    const names = ['py-column', 'r-memory', 'own'] as const;
    const jobs = await Promise.all(
      Array.from({length: 50}, async (_, index): Promise<FailedJob> => {
        const name = names[index % 3] ?? 'own';
        if (name !== 'own') return anotherLike(name, index);
        const time = `2026-11-26T00:${String(10 + index)}:01Z`;
        return {
          jobId: `job-${index}`,
          action: `model_${index}`,
          card: null,
          message: 'The job ended with an error (exit code 3)',
          lines: [
            `reading output/group_${index}/dataset.csv`,
            `${time} ERROR: only ${index * 11} events left in output/group_${index}/dataset.csv at 0x7f${index}ab, giving up`,
            'bye',
          ],
        };
      }),
    );
    expect(jobs.filter(({card}) => card !== null)).toHaveLength(34);
    const clusters = clusterFailures(jobs);
    expect(clusters.map(({jobs: alike}) => alike.length)).toEqual([17, 17, 16]);
    expect(clusters.map(({card}) => card?.rule ?? null)).toEqual(['py-column', 'r-memory', null]);
    expect(clusters[0]?.title).toBe('There is no column `stroke_date`.');
    expect(clusters[2]?.title).toBe(
      '‹time› ERROR: only ‹number› events left in ‹path› at ‹id›, giving up',
    );
    expect(
      clusters
        .flatMap(({jobs: alike}) => alike)
        .map(({jobId}) => jobId)
        .sort(),
    ).toEqual(jobs.map(({jobId}) => jobId).sort());
  });

  it('stay apart where the messages name other things', async () => {
    const jobs = await Promise.all(
      ['py-column', 'py-column-function', 'py-package', 'py-package-sub'].map(anotherLike),
    );
    expect(clusterFailures(jobs)).toHaveLength(4);
  });

  it('go by how the jobs ended where nothing was printed', () => {
    const job = {card: null, lines: []};
    const clusters = clusterFailures([
      {...job, jobId: '1', action: 'a', message: 'Stopped at its time limit of 5 min'},
      {...job, jobId: '2', action: 'b', message: 'Stopped at its time limit of 10 min'},
      {...job, jobId: '3', action: 'c', message: 'The job ended with an error (exit code 3)'},
    ]);
    expect(clusters.map(({jobs}) => jobs.map(({action}) => action))).toEqual([['a', 'b'], ['c']]);
  });
});

it.each([
  ['could not open C:\\data\\x.csv at 10:31', 'could not open ‹path› at ‹time›'],
  ['row 1,204 of "output/a b.csv"', 'row ‹number› of "output/a b.csv"'],
  ["KeyError: 'stroke_date'", "KeyError: 'stroke_date'"],
])('takes out of %s what differs', (text, wanted) => {
  if (text.includes('a b')) expect(normalisedMessage(text)).toContain('‹number›');
  else expect(normalisedMessage(text)).toBe(wanted);
});
