import {expect, it} from 'vitest';
import {nearestName} from '../../../shared/nearestName';

const NAMES = ['generate_dataset', 'describe', 'model', 'model_2', 'Figures'];

it.each([
  ['generate_datset', 'generate_dataset'],
  ['genreate_dataset', 'generate_dataset'],
  ['mdoel', 'model'],
  ['figures', 'Figures'],
  ['describes', 'describe'],
  ['something_else', null],
  ['x', null],
  ['', null],
  ['model_3', 'model_2'],
])('%j: did you mean %j?', (name, nearest) => expect(nearestName(name, NAMES)).toBe(nearest));
