import {expect, it} from 'vitest';
import {asTree, hasTree, sideBySide} from '../../../renderer/project/codelists/listRows';
import type {CodelistContent, CodingSystem} from '../../../shared/codelist';

function listOf(codingSystem: CodingSystem, rows: readonly (readonly string[])[]): CodelistContent {
  return {
    ...{columns: ['code', 'term'], codeColumn: 0, termColumn: 1, codingSystem},
    rows: rows.map((values, at) => ({line: at + 2, values})),
    ...{hasEarlier: false, origin: null},
  };
}

it('puts two lists side by side, code by code', () => {
  const here = listOf('icd10', [
    ['J45', 'Asthma'],
    ['J46', 'Status'],
    ['', 'blank'],
  ]);
  const there = listOf('icd10', [
    ['J47', 'Bronchiectasis'],
    [' J45 ', 'Asthma (old)'],
  ]);
  expect(sideBySide(here, there).rows.map(({values, part}) => [...values, part])).toEqual([
    ['J45', 'Asthma', 'Asthma (old)', 'both'],
    ['J46', 'Status', '', 'here'],
    ['J47', '', 'Bronchiectasis', 'there'],
  ]);
});

it('sets codes in below those of the list that they begin with', () => {
  const list = listOf('icd10', [
    ['J459', 'Asthma, unspecified'],
    ['J46X', 'Status'],
    ['J45', 'Asthma'],
    ['I60', 'Bleed'],
    ['J4590', 'Fifth digit'],
  ]);
  expect(asTree(list).rows.map(({number, values}) => [number, values[0]])).toEqual([
    ['5', 'I60'],
    ['4', 'J45'],
    ['2', '\u2003J459'],
    ['6', '\u2003\u2003J4590'],
    ['3', 'J46X'],
  ]);
});

it('has a tree only where codes say what they are under', () => {
  expect(hasTree(listOf('bnf', []))).toBe(true);
  expect(hasTree(listOf('snomedct', []))).toBe(false);
  expect(hasTree({...listOf('icd10', []), codeColumn: -1})).toBe(false);
});
