import {expect, it} from 'vitest';
import {valueOf, withStudyOf} from './studyWith';
import {projectOf, wellBehaved} from './wellBehaved';

/** The promise is one; there is none at the time of writing. */
const MOST_QUESTIONS = 1;

it.each(Array.from({length: 10}, (_, seed) => seed))(
  'ten studies whose code redacts and rounds are asked at most one question: %i',
  async (seed) => {
    const files = wellBehaved(seed);
    const report = await withStudyOf({'project.yaml': projectOf(files), ...files}, (study) =>
      valueOf(study.release.check({paths: null})),
    );
    expect(report.files).toHaveLength(Object.keys(files).length);
    expect(report.files.filter(({notRead}) => notRead !== null)).toEqual([]);
    const of = (level: string) =>
      report.findings
        .filter((each) => each.level === level)
        .map(({path, row, column, message}) => `${path} ${column} ${row}: ${message}`);
    expect(of('question').slice(MOST_QUESTIONS)).toEqual([]);
    // what is only to be looked at must not drown the questions either
    expect(of('check').length).toBeLessThanOrEqual(4);
  },
  30_000,
);
