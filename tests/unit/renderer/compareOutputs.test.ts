import {describe, expect, it} from 'vitest';
import {comparePixels, type Picture} from '../../../renderer/outputs/compare/comparePixels';
import {markedRow} from '../../../renderer/outputs/compare/ComparedTable';
import type {ComparedColumn, ComparedRow} from '../../../shared/comparison';

type Dot = readonly [red: number, green: number, blue: number, opaque: number];

const WHITE: Dot = [255, 255, 255, 255];
const BLACK: Dot = [0, 0, 0, 255];

const picture = (lines: readonly (readonly Dot[])[]): Picture => ({
  data: Uint8ClampedArray.from(lines.flat(2)),
  width: lines[0]?.length ?? 0,
  height: lines.length,
});

describe('two pictures, dot by dot', () => {
  const plain = picture([
    [WHITE, BLACK, WHITE],
    [WHITE, WHITE, WHITE],
  ]);

  it('are the same where every dot is, however a dot that can’t be seen is coloured', () => {
    expect(comparePixels(plain, plain).changed).toBe(0);
    const clear = picture([[[1, 2, 3, 0]]]);
    expect(comparePixels(clear, picture([[[9, 9, 9, 0]]])).changed).toBe(0);
  });

  it('differ by one dot that is one shade other, which is marked in full colour', () => {
    const other = picture([
      [WHITE, BLACK, WHITE],
      [WHITE, [255, 254, 255, 255], WHITE],
    ]);
    const found = comparePixels(plain, other);
    expect(found.changed).toBe(1);
    const dot = (x: number, y: number) =>
      [...found.picture.data].slice((y * 3 + x) * 4).slice(0, 4);
    expect(dot(1, 1)).toEqual([214, 36, 86, 255]);
    // what is the same is faint
    expect(dot(1, 0)).toEqual([191, 191, 191, 255]);
    expect(dot(0, 0)).toEqual([255, 255, 255, 255]);
  });

  it('differ by all dots that only one has, to either side', () => {
    const wide = picture([[WHITE, BLACK, WHITE, WHITE]]);
    const found = comparePixels(plain, wide);
    // three of the second line, one of the fourth column, one that neither has
    expect(found.changed).toBe(5);
    expect(found.picture).toMatchObject({width: 4, height: 2});
    expect(comparePixels(wide, plain).changed).toBe(5);
  });

  it('differ by how opaque a dot is', () => {
    expect(comparePixels(picture([[[0, 0, 0, 255]]]), picture([[[0, 0, 0, 254]]])).changed).toBe(1);
  });
});

describe('a row of two versions', () => {
  const columns: readonly ComparedColumn[] = [
    {name: 'id', side: 'both'},
    {name: 'n', side: 'both'},
    {name: 'rate', side: 'new'},
  ];
  const row: ComparedRow = {
    change: 'changed',
    oldRow: 3,
    row: 2,
    values: ['a', '6', '0.5'],
    changed: [{column: 1, before: null}],
  };

  it('shows both values of a cell that changed, and marks it and what is new', () => {
    const shown = markedRow(row, columns);
    expect(shown.number).toBe('2');
    expect(shown.values).toEqual(['a', 'missing → 6', '0.5']);
    expect([...(shown.marks ?? [])]).toEqual([
      [1, {tone: 'stale', reason: 'Was missing'}],
      [2, {tone: 'info', reason: 'New column'}],
    ]);
  });

  it('marks every cell of a row that is new or gone, and says it by a sign', () => {
    const fresh = markedRow({...row, change: 'new', oldRow: null, changed: []}, columns);
    expect(fresh.number).toBe('+ 2');
    expect([...(fresh.marks?.values() ?? [])].map(({reason}) => reason)).toEqual([
      'New row',
      'New row',
      'New row',
    ]);
    const gone = markedRow({...row, change: 'gone', row: null, changed: []}, columns);
    expect(gone.number).toBe('− 3');
    expect(gone.marks?.get(0)?.tone).toBe('fail');
  });
});
