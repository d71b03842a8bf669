import {describe, expect, it} from 'vitest';
import {emptySnapshot} from '../../../electron/core/project/studySnapshot';
import {buildGraph} from '../../../shared/buildGraph';
import {readProject} from '../../../electron/study/readProject';
import {crossed, crossing} from '../../../shared/contract/crossing';
import {requests} from '../../../shared/contract/contract';
import {events} from '../../../shared/contract/events';
import type {StudySnapshot} from '../../../shared/study';

const TEXT = `version: '4.0'
actions:
  extract:
    run: python:v2 python analysis/extract.py
    outputs:
      highly_sensitive:
        cohort: output/cohort.csv
  describe:
    run: r:v2 analysis/describe.R
    needs: [extract]
    config: {rounds: 3}
    outputs:
      moderately_sensitive:
        table: output/table*.csv
`;

function studyOf(text: string): StudySnapshot {
  const reading = readProject(text);
  if (reading.project === null) throw new Error('The project is invalid.');
  return {
    ...emptySnapshot('/studies/one'),
    revision: 3,
    text,
    reading,
    project: reading.project,
    graph: buildGraph(reading.project.actions),
    broken: false,
    fromBefore: false,
    scripts: new Map([['describe', 'analysis/describe.R']]),
  };
}

/** What the page gets: Electron copies a text as it is. */
const onTheOtherSide = (name: keyof typeof HOW, value: unknown): unknown =>
  crossed(structuredClone(crossing(HOW[name], value)));

const HOW = {
  'project:open': requests.project.open.crossing,
  'project:reload': requests.project.reload.crossing,
  'project:apply': requests.project.apply.crossing,
  'provenance:statuses': requests.provenance.statuses.crossing,
  'outputs:read': requests.outputs.read.crossing,
  'study:changed': events['study:changed'],
};

describe('values that cross into the page', () => {
  it('are texts where they grow with the study, and come out as they went in', () => {
    const study = studyOf(TEXT);
    for (const name of [
      'project:open',
      'project:reload',
      'project:apply',
      'study:changed',
    ] as const) {
      expect(crossing(HOW[name], study)).toMatchObject({crossedAs: 'study-text'});
      expect(onTheOtherSide(name, study)).toEqual(study);
    }
    const statuses = [{action: 'extract', lastJob: null, expectedSeconds: null}];
    expect(onTheOtherSide('provenance:statuses', statuses)).toEqual(statuses);
  });

  it('keep the project apart from the one last read while project.yaml is broken', () => {
    const before = studyOf(TEXT);
    const broken = {...before, text: 'actions:', reading: readProject('actions:'), broken: true};
    expect(onTheOtherSide('study:changed', broken)).toEqual(broken);
    expect(onTheOtherSide('project:open', emptySnapshot('/studies/none'))).toEqual(
      emptySnapshot('/studies/none'),
    );
  });

  it('share one project where the host does, so that it is not sent twice', () => {
    const study = studyOf(TEXT);
    const opened = onTheOtherSide('project:open', study) as StudySnapshot;
    expect(opened.project).toBe(opened.reading.project);
    expect(JSON.stringify(crossing('study-text', study)).split('analysis/extract.py')).toHaveLength(
      // in the text of project.yaml, in the run line and in what is made of it
      String(JSON.stringify(study.reading)).split('analysis/extract.py').length + 1,
    );
  });

  it('stay as they are otherwise, bytes included', () => {
    const content = {kind: 'image', bytes: new Uint8Array([1, 2, 3])};
    expect(crossing(HOW['outputs:read'], content)).toBe(content);
    expect(onTheOtherSide('outputs:read', content)).toEqual(content);
  });
});
