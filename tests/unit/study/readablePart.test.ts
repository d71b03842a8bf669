import {describe, expect, it} from 'vitest';
import {foldStudy} from '../../../renderer/groups/fold';
import {findCycles} from '../../../electron/study/findCycles';
import {buildGraph} from '../../../shared/buildGraph';
import {stillReadable} from '../../../electron/study/readablePart';
import {readWithPart} from '../../../electron/study/readProject';

const GOOD = `version: 4
actions:
  first:
    run: python:v2 python analysis/first.py
    outputs:
      highly_sensitive: {rows: output/rows.csv}
  second:
    run: python:v2 python analysis/second.py
    needs: [first]
    outputs:
      moderately_sensitive: {table: output/table.csv}
`;
const before = readWithPart(GOOD).reading.project;
const shown = (text: string, earlier = before) =>
  stillReadable(earlier, readWithPart(text).part)?.actions.map(({name, needs}) => [name, ...needs]);

describe('what is shown of a project.yaml with errors', () => {
  it('is all of it as it is, but actions with errors as they were', () => {
    const text = GOOD.replace('needs: [first]', 'needs: [frist]').replace('first.py', 'new.py');
    const project = stillReadable(before, readWithPart(text).part);
    expect(project?.actions.map(({run}) => run.raw)).toEqual([
      'python:v2 python analysis/new.py',
      'python:v2 python analysis/second.py',
    ]);
    expect(project?.actions[1]?.needs).toEqual(['first']);
    expect(project?.runAll).toEqual(['first', 'second']);
  });

  it('is an action with errors as far as it can be read where nothing is known of it from before', () => {
    expect(shown(GOOD.replace('needs: [first]', 'needs: [frist]'), null)).toEqual([
      ['first'],
      ['second', 'frist'],
    ]);
    const unclosed = GOOD.replace('run: python:v2 python analysis/first.py', "run: 'python:v2 \"'");
    const [first] = stillReadable(null, readWithPart(unclosed).part)?.actions ?? [];
    expect([first?.name, first?.run.argv, first?.outputs.length]).toEqual(['first', [], 1]);
  });

  it('is drawn though actions wait for each other in a circle', () => {
    const circle = GOOD.replace('first.py\n', 'first.py\n    needs: [second]\n');
    const project = stillReadable(null, readWithPart(circle).part);
    const graph = buildGraph(project?.actions ?? []);
    expect(graph.names).toEqual(['first', 'second']);
    expect(findCycles(graph, 9)).toEqual([]);
    expect(foldStudy(project?.actions ?? [], graph).nodes.map(({id}) => id)).toHaveLength(2);
  });

  it('drops actions that are gone from the text', () => {
    expect(shown(GOOD.replace(/ {2}second:[^]*/, '').replace('run:', 'runs:'))).toEqual([
      ['first'],
    ]);
  });

  it('is what was before where the text is no YAML, and without that what stands above the fault', () => {
    const text = GOOD.replace('needs: [first]', 'needs: [first');
    expect(shown(text)).toEqual([['first'], ['second', 'first']]);
    expect(shown(text, null)).toEqual([['first']]);
    expect(shown('actions: [', null)).toBeUndefined();
  });

  it('adds nothing to a reading that is valid', () => expect(readWithPart(GOOD).part).toBeNull());
});
