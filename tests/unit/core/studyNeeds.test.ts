import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {createStudyNeeds} from '../../../electron/core/project/studyNeeds';
import {emptySnapshot} from '../../../electron/core/project/studySnapshot';
import {createRunHistory} from '../../../electron/runs/runHistory';
import {readProject} from '../../../electron/study/readProject';
import type {FailureCard} from '../../../shared/failure';
import type {Problem} from '../../../shared/problem';
import {ok} from '../../../shared/result';
import {someJob} from '../runs/someJob';

const TEXT = `version: '4.0'
actions:
  cohort:
    run: python:v2 python cohort.py
    outputs:
      highly_sensitive:
        a: output/cohort.csv
  model:
    run: python:v2 python model.py
    outputs:
      moderately_sensitive:
        a: output/model.csv
`;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** The warnings about needs of a study whose model failed; each look at its scripts takes a second. */
function needsOf(missingNeed: FailureCard['missingNeed']) {
  const history = createRunHistory();
  const ended = {completedAt: '2026-04-01T10:00:01.000Z', startedAt: '2026-04-01T10:00:00.000Z'};
  history.note(
    someJob('model', {...ended, id: 'failed', state: 'failed', statusCode: 'nonzero_exit'}),
  );
  const {project} = readProject(TEXT);
  const snapshot = {...emptySnapshot('study'), revision: 1, text: TEXT, project, broken: false};
  const seen = {looks: 0, atOnce: 0, most: 0, asked: [] as (readonly string[])[]};
  const told: (readonly Problem[])[] = [];
  let looked = (): void => undefined;
  createStudyNeeds(
    {snapshot: () => snapshot, history, isClosed: () => false},
    {noteNeeds: (_revision, problems) => told.push(problems)},
    {
      onLooked: (listener) => (looked = listener),
      async needs() {
        seen.looks += 1;
        seen.atOnce += 1;
        seen.most = Math.max(seen.most, seen.atOnce);
        await new Promise((resolve) => setTimeout(resolve, 1000));
        seen.atOnce -= 1;
        return ok({hidden: [], unused: []});
      },
    },
    {
      async whyEach(jobIds) {
        seen.asked.push(jobIds);
        const card: FailureCard = {
          ...{
            jobId: 'failed',
            action: 'model',
            rule: 'py-file',
            title: '',
            fix: null,
            button: {kind: 'rerun'},
          },
          ...{cause: {seq: null, text: ''}, place: null, meant: null, remedies: [], missingNeed},
        };
        return new Map(jobIds.map((jobId) => [jobId, card]));
      },
    },
    {warnings: async () => [], onNoted: () => undefined},
  );
  return {looked, seen, told};
}

it('looks at one time only, once more for what was asked meanwhile, and at each failure once', async () => {
  const {looked, seen, told} = needsOf({need: 'cohort', path: 'output/cohort.csv'});
  looked();
  await vi.advanceTimersByTimeAsync(600);
  for (let ask = 0; ask < 3; ask += 1) {
    looked();
    await vi.advanceTimersByTimeAsync(100);
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen).toMatchObject({looks: 2, most: 1, asked: [['failed'], []]});
  expect(told).toHaveLength(2);
  for (const problems of told)
    expect(problems.map(({action, fixes}) => [action, fixes[0]?.edits[0]?.insert])).toEqual([
      ['model', expect.stringContaining('needs: [cohort]')],
    ]);
});

it('has nothing to warn of where the failure is of something else', async () => {
  const {looked, told} = needsOf(null);
  looked();
  await vi.advanceTimersByTimeAsync(2000);
  expect(told).toEqual([[]]);
});
