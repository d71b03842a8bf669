import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {findNeeds} from '../../../electron/provenance/needs';
import type {NeedFindings, StudyNow} from '../../../electron/provenance/provenance';
import type {SuccessRecord} from '../../../electron/provenance/successLedger';
import {buildGraph} from '../../../shared/buildGraph';
import {readProject} from '../../../electron/study/readProject';
import {fixture} from '../../fixture';
import {STYLES} from './scriptStyles';

interface Given {
  readonly run: string;
  readonly needs: readonly string[];
  readonly output: string;
  /** The text of its script. */
  readonly code?: string;
  /** Files of its needs that its latest job was not seen to read. */
  readonly notRead?: readonly string[];
}

function studyOf(text: string): StudyNow {
  const {project, problems} = readProject(text);
  if (project === null) throw new Error(problems.map(({message}) => message).join('\n'));
  return {project, graph: buildGraph(project.actions), imageIds: new Map(), successes: new Map()};
}

function recordOf(study: StudyNow, name: string, notRead: readonly string[]): SuccessRecord | null {
  const action = study.project.actions.find((each) => each.name === name);
  if (action === undefined) return null;
  return {
    format: 1,
    action: name,
    jobId: 'j',
    completedAt: '2026-11-01T00:00:00Z',
    restoredAt: null,
    runLine: action.run.raw,
    configJson: action.configJson,
    imageId: null,
    actionCommit: null,
    outputPatterns: [],
    codeFoundBy: 'observed',
    codeManifest: '',
    codeListing: 'code',
    // the digest of a list is all that the list's reader is asked with here
    inputManifest: name,
    inputsNotRead: [...notRead],
    outputs: [],
  };
}

function find(
  actions: Readonly<Record<string, Given>>,
  library: Readonly<Record<string, string>> = {},
): NeedFindings {
  const yaml = Object.entries(actions).map(
    ([name, {run, needs, output}]) =>
      `  ${name}:\n    run: ${run}\n    needs: [${needs.join(', ')}]\n    outputs:\n      highly_sensitive:\n        o: ${output}\n`,
  );
  const study = studyOf(`version: 5\nactions:\n${yaml.join('')}`);
  const texts: Record<string, string> = {...library};
  for (const {run, code} of Object.values(actions)) {
    const script = run.split(' ').find((word) => /\.(py|R|do)$/.test(word));
    if (script !== undefined && code !== undefined) texts[script] = code;
  }
  const outputOf = (need: string): string => (actions[need]?.output ?? '').replace('*', 'x');
  return findNeeds(study, {
    codePaths: Object.keys(texts),
    readText: (path) => texts[path] ?? null,
    recordOf: (name) => recordOf(study, name, actions[name]?.notRead ?? []),
    listed: (name) => (actions[name]?.needs ?? []).map(outputOf),
  });
}

type Study = Readonly<Record<string, Given>>;
type Planted = Given & {readonly hidden?: string; readonly unused?: string};
/** Twelve hidden needs and eight that are not used, each in its own way, and needs that are as they must be. */
const {base, planted, fine, library} = fixture<{
  readonly base: Study;
  readonly planted: Readonly<Record<string, Planted>>;
  readonly fine: Study;
  readonly library: Readonly<Record<string, string>>;
}>('scan/needs.yaml');

it('finds at least 18 of 20 planted needs, and at most two that are none', () => {
  const {hidden, unused} = find({...base, ...planted, ...fine}, library);
  const found = [
    ...hidden.map(({action, need}) => `${action} hidden ${need}`),
    ...unused.map(({action, need}) => `${action} unused ${need}`),
  ];
  const wanted = Object.entries(planted).map(([name, each]) =>
    each.hidden === undefined ? `${name} unused ${each.unused}` : `${name} hidden ${each.hidden}`,
  );
  expect(wanted).toHaveLength(20);
  // measured: all but what comes through a pipe
  expect(wanted.filter((each) => !found.includes(each))).toEqual(['h10 hidden bmi']);
  expect(found.filter((each) => !wanted.includes(each))).toEqual([]);
});

describe('a study whose needs are complete', () => {
  const sample = join(__dirname, '../../../electron/sample/study');
  const files = readdirSync(sample, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(sample.length + 1));
  const read = (path: string): string => readFileSync(join(sample, path), 'utf8');
  const study = studyOf(read('project.yaml'));
  const outputOf = (need: string): readonly string[] =>
    study.project.actions
      .find(({name}) => name === need)
      ?.outputs.map(({pattern}) => pattern.replace('*', '2024')) ?? [];

  it('has no warnings, even where none of its jobs was seen to read anything', () => {
    const given = (name: string): readonly string[] =>
      (study.project.actions.find((each) => each.name === name)?.needs ?? []).flatMap(outputOf);
    expect(
      findNeeds(study, {
        codePaths: files,
        readText: read,
        recordOf: (name) => recordOf(study, name, given(name)),
        listed: given,
      }),
    ).toEqual({hidden: [], unused: []});
  });

  it('has one where a need is taken out', () => {
    const cut = read('project.yaml').replace('needs: [count_by_region]', 'needs: []');
    const {hidden} = findNeeds(studyOf(cut), {
      codePaths: files,
      readText: read,
      recordOf: () => null,
      listed: () => [],
    });
    expect(hidden.map(({action, need}) => [action, need])).toEqual([
      ['draw_region_chart', 'count_by_region'],
    ]);
  });
});

it('has nothing to say of 400 actions whose needs are complete', () => {
  const actions: Record<string, Given> = {
    start: {run: 'python:v2 python start.py', needs: [], output: 'output/start.csv'},
  };
  let before = 'start';
  for (let index = 0; index < 400; index += 1) {
    const name = `step_${index}`;
    const output = `output/${name}.csv`;
    const style = STYLES[index % STYLES.length]?.(actions[before]?.output ?? '', output);
    if (style === undefined) throw new Error('there is no such style');
    const run = style.run.replace('SCRIPT', `${name}.${style.end}`);
    const input = actions[before]?.output ?? '';
    actions[name] = {run, code: style.code ?? '', needs: [before], output, notRead: [input]};
    if (index % 5 === 0) before = name;
  }
  expect(find(actions)).toEqual({hidden: [], unused: []});
});
