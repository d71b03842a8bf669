import {describe, expect, it} from 'vitest';
import {COLUMNS, NAME_COLUMN, type TableRow} from '../../../renderer/table/columns';
import {decodeSort, nextSort, sortRows} from '../../../renderer/table/sortRows';
import {foldable} from '../groups/corpusStudies';
import {jobOf, statusOf} from '../graph/statusOf';

const names = ['model_10', 'model_2', 'extract'];
const rows: readonly TableRow[] = names.map((name, place) => ({
  place,
  action: {
    ...foldable(name, ['r:v2', 'a.R']),
    needs: [],
    outputs: [],
    tiers: [],
    configJson: null,
    containerArgs: [],
    commandWithConfig: null,
    dummyDataFile: null,
    usesDatabase: false,
    span: {line: place + 1, column: 1, endLine: place + 1, endColumn: 1},
  },
  status:
    name === 'model_2'
      ? undefined
      : statusOf(name, {
          lastJob: jobOf('succeeded', {peakMemoryBytes: name === 'extract' ? 5 : 9}),
        }),
}));
const order = (sort: string) => sortRows(rows, decodeSort(sort)).map(({action}) => action.name);

describe('sortRows', () => {
  it('keeps file order without a sort', () => expect(order('')).toEqual(names));

  it('sorts names with their numbers as numbers', () => {
    expect(order('name asc')).toEqual(['extract', 'model_2', 'model_10']);
    expect(order('name desc')).toEqual(['model_10', 'model_2', 'extract']);
  });

  it('puts rows without a value last either way', () => {
    expect(order('memory asc')).toEqual(['extract', 'model_10', 'model_2']);
    expect(order('memory desc')).toEqual(['model_10', 'extract', 'model_2']);
  });

  it('goes from ascending to descending to file order', () => {
    expect(nextSort(null, 'state')).toBe('state asc');
    expect(nextSort(decodeSort('state asc'), 'state')).toBe('state desc');
    expect(nextSort(decodeSort('state desc'), 'state')).toBe('');
    expect(decodeSort('nothing asc')).toBeNull();
  });
});

describe('the columns', () => {
  const texts = (row: TableRow | undefined) =>
    row === undefined
      ? []
      : [NAME_COLUMN, ...COLUMNS].map(
          ({id, text}) => `${id}: ${text(row, new Date('2026-11-24T12:11:12Z'))}`,
        );

  it('say what is known of an action', () => {
    expect(texts(rows[0])).toEqual([
      'name: model_10',
      'state: Up to date',
      'provenance: ',
      'last-run: 10 min ago',
      'duration: 1 m 12 s',
      'memory: 9 bytes',
      'outputs: 1 highly_sensitive',
      'needs: 0',
      'image: r:v2',
      'expected: 1 m',
      'file-order: 1',
    ]);
  });

  it('say nothing of what is not known', () => {
    expect(texts(rows[1]).slice(1, 7)).toEqual([
      'state: Checking',
      'provenance: ',
      'last-run: ',
      'duration: ',
      'memory: ',
      'outputs: ',
    ]);
  });
});
