import {describe, expect, it} from 'vitest';
import {evaluateQuery, type QueryContext} from '../../../shared/query/evaluateQuery';
import {parseQuery} from '../../../shared/query/parseQuery';
import {suggestQuery} from '../../../shared/query/suggestQuery';
import {ACTION_STATES} from '../../../shared/status';
import {graphOf, lastJob, projectOf, statusOf} from './studyOfActions';

const project = projectOf([
  {
    name: 'generate_dataset',
    image: 'ehrql:v1',
    tier: 'highly_sensitive',
    output: 'output/dataset.csv.gz',
  },
  {name: 'clean', needs: ['generate_dataset'], script: 'analysis/clean.R'},
  {name: 'model_a', needs: ['clean'], script: 'analysis/cox.R'},
  {name: 'model_b', needs: ['clean'], script: 'analysis/cox.R'},
  {
    name: 'plot',
    needs: ['model_a', 'model_b'],
    image: 'python:v2',
    script: 'analysis/plot.py',
    output: 'output/plot.svg',
  },
  {name: 'stale+', needs: []},
  {name: 'my report', needs: ['plot'], tier: 'minimally_sensitive', output: 'output/report.html'},
]);
const succeeded = {lastJob: lastJob('succeeded', 'succeeded'), outputsPresent: true};
const context: QueryContext = {
  project,
  graph: graphOf(project),
  scripts: new Map([
    ['clean', 'analysis/clean.R'],
    ['model_a', 'analysis/cox.R'],
    ['model_b', 'analysis/cox.R'],
    ['plot', 'analysis/plot.py'],
  ]),
  statuses: new Map(
    [
      statusOf('generate_dataset', {
        ...succeeded,
        provenance: {kind: 'up-to-date', markedBecause: null},
      }),
      statusOf('clean', {...succeeded, provenance: {kind: 'out-of-date', reasons: []}}),
      statusOf('model_a', {
        ...succeeded,
        provenance: {kind: 'upstream-out-of-date', because: ['clean']},
      }),
      statusOf('model_b', {lastJob: lastJob('failed', 'nonzero_exit'), outputsPresent: true}),
      statusOf('plot', {lastJob: lastJob('cancelled', 'cancelled_by_user'), outputsPresent: true}),
    ].map((status) => [status.action, status]),
  ),
};

function found(text: string): string[] {
  const parsed = parseQuery(text, context.graph.names);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return [...evaluateQuery(parsed.value, context)];
}

describe('queries', () => {
  it.each([
    ['', context.graph.names],
    ['clean', ['clean']],
    ['model_*', ['model_a', 'model_b']],
    ['MODEL_*', []],
    ['odel', ['model_a', 'model_b']],
    ['+clean', ['generate_dataset', 'clean']],
    ['clean+', ['clean', 'model_a', 'model_b', 'plot', 'my report']],
    ['+model_a+', ['generate_dataset', 'clean', 'model_a', 'plot', 'my report']],
    ['model_*+', ['model_a', 'model_b', 'plot', 'my report']],
    ['+(model_a or plot)', ['generate_dataset', 'clean', 'model_a', 'model_b', 'plot']],
    ['(model_a)+', ['model_a', 'plot', 'my report']],
    ['status:failed', ['model_b']],
    ['status:cancelled', ['plot']],
    ['status:failed+', ['model_b', 'plot', 'my report']],
    ['status:out-of-date', ['clean']],
    // of these nothing is known yet
    ['status:checking', ['stale+', 'my report']],
    ['stale', ['clean', 'model_a']],
    ['not stale and model_*', ['model_b']],
    ['not (stale or status:failed)', ['generate_dataset', 'plot', 'stale+', 'my report']],
    ['tier:high', ['generate_dataset']],
    ['tier:moderate script:cox.R', ['model_a', 'model_b']],
    ['image:r', ['clean', 'model_a', 'model_b', 'stale+', 'my report']],
    ['image:python:v2', ['plot']],
    ['script:cox.R', ['model_a', 'model_b']],
    ['output:*.csv', ['clean', 'model_a', 'model_b', 'stale+']],
    ['output:*.html', ['my report']],
    ['output:"report.html"', ['my report']],
    ['my report', ['my report']],
    ['"my report"', ['my report']],
    ['+"my report"', ['generate_dataset', 'clean', 'model_a', 'model_b', 'plot', 'my report']],
    ['"model"', []],
    ['stale+', ['stale+']],
    ['clean or stale+', ['clean', 'stale+']],
    ['clean OR plot', ['clean', 'plot']],
  ])('%s', (text, names) => expect(found(text)).toEqual(names));

  it('binds and tighter than or', () => {
    expect(found('plot or model_* and stale')).toEqual(['model_a', 'plot']);
  });

  it.each([
    ['status:faild', 'status', 0, 12, 'Did you mean `failed`?'],
    ['clean and', 'missing', 9, 9, 'Type a name or a condition.'],
    ['(clean', 'not closed', 0, 1, 'Add a closing bracket.'],
    ['clean)', 'closes nothing', 5, 6, 'Remove it, or open one before it.'],
    ['"clean', 'not closed', 0, 6, 'Add the closing quotes.'],
    ['or clean', 'missing before `or`', 0, 2, null],
    ['tag:x', 'no condition', 0, 5, null],
    ['tier:none', 'no tier', 0, 9, null],
    ['image:', 'value is missing', 0, 6, null],
    ['a +', 'beside this `+`', 2, 3, null],
  ])('refuses %s at its place', (text, message, from, to, hint) => {
    const parsed = parseQuery(text, context.graph.names);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.error.message).toContain(message);
    expect([parsed.error.from, parsed.error.to]).toEqual([from, to]);
    if (hint !== null) expect(parsed.error.hint).toBe(hint);
  });

  it('lets an action called like an operator win', () => {
    const parsed = parseQuery('not', ['not', 'or']);
    expect(parsed).toEqual({ok: true, value: {kind: 'name', name: 'not'}});
    expect(parseQuery('or or not', ['not', 'or']).ok).toBe(true);
  });
});

it('finds a word with * anywhere in a name in the window, whatever its case', () => {
  const inWindow = (text: string): string[] => {
    const parsed = parseQuery(text, context.graph.names);
    return parsed.ok ? [...evaluateQuery(parsed.value, {...context, anywhere: true})] : [];
  };
  expect(inWindow('DEL_*')).toEqual(['model_a', 'model_b']);
  expect(inWindow('e*n')).toEqual(['generate_dataset', 'clean']);
  expect(inWindow('*el_b')).toEqual(['model_b']);
  expect(found('del_*')).toEqual([]);
});

describe('suggestions', () => {
  const labels = (text: string, caret = text.length): string[] =>
    suggestQuery(text, caret, context).map((suggestion) => suggestion.label);

  it('offers names and conditions that begin with, then hold, what is typed', () => {
    expect(labels('mod')).toEqual(['model_a', 'model_b']);
    expect(labels('sta')).toEqual(['stale', 'status:', 'stale+']);
    expect(labels('port')).toEqual(['my report']);
    expect(labels('*ode*_')).toEqual(['model_a', 'model_b']);
  });

  it('offers values after a field, most used first', () => {
    expect(labels('script:')[0]).toBe('analysis/cox.R');
    expect(labels('clean or tier:m')).toEqual(['moderate', 'minimal']);
  });

  it('offers only what the rest of the query finds too', () => {
    expect(labels('clean or mod')).toEqual(['model_a', 'model_b']);
    expect(labels('clean+ mod')).toEqual(['model_a', 'model_b']);
    expect(labels('image:python mod')).toEqual([]);
    expect(labels('plot script:')).toEqual(['analysis/plot.py']);
    expect(labels('mod image:python', 3)).toEqual([]);
    expect(labels('image:python not mod')).toEqual(['model_a', 'model_b']);
    expect(labels('( mod')).toEqual(['model_a', 'model_b']);
  });

  it('offers every word that a state goes by', () => {
    expect(labels('status:')).toEqual([...ACTION_STATES, 'succeeded', 'stale']);
    expect(suggestQuery('status:cut', 10, context)[0]).toMatchObject({
      ...{label: 'cut-off', detail: 'Cut off', insert: 'status:cut-off'},
    });
  });

  it('replaces the word at the caret, keeping a plus, and quotes what needs quotes', () => {
    expect(suggestQuery('+repo and x', 5, context)[0]).toMatchObject({
      insert: '"my report"',
      from: 1,
      to: 5,
    });
  });
});
