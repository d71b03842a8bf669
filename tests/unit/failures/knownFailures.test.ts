import {describe, expect, it} from 'vitest';
import {explainFailure} from '../../../electron/failures/explainFailure';
import {meantWords} from '../../../shared/failure';
import {fixture} from '../../fixture';
import {buttonWords, factsOf, madeLogs, studyTextOf} from './madeLogs';

const ran = madeLogs('ran.json');
const transcribed = madeLogs('transcribed.json');

/** For each the rule, the line of the script (null where none is known), a part of what is said, and the one button. */
const expected =
  fixture<
    Record<string, readonly [rule: string, line: number | null, says: string, button: string]>
  >('failures/expected.json');

describe('a failure that is known', () => {
  const all = [...ran, ...transcribed];

  it('is expected of every log that is kept', () => {
    expect(all.map(({name}) => name).sort()).toEqual(Object.keys(expected).sort());
    expect(ran.length).toBeGreaterThanOrEqual(90);
  });

  it.each(all.map((log) => [log.name, log] as const))('is told of %s', async (name, log) => {
    const card = await explainFailure(factsOf(log));
    const [rule, line, says, button] = expected[name] ?? ['', null, '', ''];
    expect(card?.rule).toBe(rule);
    expect(card === null ? null : buttonWords(card.button)).toBe(button);
    // a button that nothing stands behind would do nothing
    expect(card?.button.kind === 'fix').toBe(card?.fix !== null);
    expect(card?.place?.line ?? null).toBe(line);
    const meant = card?.meant ?? null;
    const nearest = meant === null ? '' : `${meantWords(meant)}: \`${meant.names[0]}\``;
    expect([card?.title, nearest, ...(card?.remedies ?? [])].join('\n')).toContain(says);
    const seq = card?.cause.seq ?? null;
    expect(card?.cause.text).toBe(seq === null ? factsOf(log).message : log.log[seq - 100]);
  });

  it('shows at most five lines around the place', async () => {
    const log = ran.find(({name}) => name === 'py-column');
    const card = log === undefined ? null : await explainFailure(factsOf(log));
    expect(card?.place).toEqual({
      path: 'analysis/model.py',
      line: 5,
      firstLine: 3,
      code: [
        ...["dataset = pd.read_csv('output/dataset.csv')", 'print(len(dataset))'],
        ...["first = dataset['stroke_date'].min()", 'print(first)', ''],
      ],
      foundBy: 'message',
      changedSince: false,
    });
  });

  it.each([
    ['py-column', 'column', 'stroke_date', 'output/dataset.csv', 'stroke_dat'],
    ['py-name', 'name', 'treshold', 'analysis/model.py', 'threshold'],
  ])('offers of %s the %s that comes nearest to %s', async (name, kind, missing, from, nearest) => {
    const log = ran.find((each) => each.name === name);
    const meant = log === undefined ? null : (await explainFailure(factsOf(log)))?.meant;
    expect(meant).toMatchObject({kind, name: missing, from});
    expect(meant?.names[0]).toBe(nearest);
  });

  it('comes with the change of project.yaml that adds what is needed', async () => {
    const log = ran.find(({name}) => name === 'py-file');
    if (log === undefined) throw new Error('no such log');
    const facts = factsOf(log);
    const {fix} = (await explainFailure(facts)) ?? {};
    const [edit] = fix?.edits ?? [];
    const text = studyTextOf(log);
    expect(fix?.revision).toBe(7);
    expect(`${text.slice(0, edit?.from)}${edit?.insert ?? ''}${text.slice(edit?.to)}`).toBe(
      text.replace(
        '[generate_dataset, measure_bmi]',
        '[generate_dataset, measure_bmi, make_cohort]',
      ),
    );
  });
});

describe('a failure that the job itself tells', () => {
  const log = {
    name: 'job',
    image: 'python',
    argv: [],
    exitCode: 137,
    files: {},
    log: ['reading'],
  } as const;

  it('is an output at another path, with the change of project.yaml', async () => {
    const facts = factsOf(
      {...log, argv: [], log: [], exitCode: 0},
      {
        statusCode: 'unmatched_patterns',
        unmatchedPatterns: ['output/model.csv'],
        unmatchedFiles: ['output/models.csv', 'output/plot.png'],
      },
    );
    const card = await explainFailure(facts);
    expect(card?.title).toBe(
      'The job wrote `output/models.csv`, but project.yaml expects `output/model.csv`.',
    );
    const [edit] = card?.fix?.edits ?? [];
    expect(edit?.insert).toBe('output/models.csv');
    expect(studyTextOf(log).slice(edit?.from, edit?.to)).toBe('output/model.csv');
  });
});
