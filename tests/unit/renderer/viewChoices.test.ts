import {expect, it} from 'vitest';
import {createDeskStore} from '../../../renderer/state/deskStore';
import {decodeView, encodeView} from '../../../renderer/state/viewChoices';

it('view choices kept with a study come back as they were', () => {
  const state = createDeskStore({
    selection: 'model',
    centre: {kind: 'output', path: 'output/a.csv'},
    leftTab: 'outputs',
    bottomTab: 'problems',
    query: 'stale',
    folds: new Map([['group', false]]),
    choices: {'size.left': '300'},
    collapsed: new Set(['right']),
    foldedByUser: new Set(['right']),
  }).getState();
  expect(decodeView(encodeView(state))).toEqual({
    selection: 'model',
    centre: {kind: 'output', path: 'output/a.csv'},
    leftTab: 'outputs',
    bottomTab: 'problems',
    query: 'stale',
    folds: new Map([['group', false]]),
    choices: {'size.left': '300'},
    collapsed: new Set(['right']),
    foldedByUser: new Set(['right']),
  });
});

it('view choices kept with a study keep their defaults where the file is damaged, foreign or of another format', () => {
  for (const json of ['', '{', 'null', '[]', '"x"', '{"format":2,"query":"stale"}'])
    expect(decodeView(json)).toEqual({});
});

it('view choices kept with a study leave out single values that make no sense', () => {
  const json = JSON.stringify({
    format: 1,
    selection: 3,
    centre: {kind: 'output'},
    leftTab: 'other',
    folds: [['a', true], ['b'], 7],
    choices: {a: 'x', b: 2},
    query: 'ok',
  });
  expect(decodeView(json)).toEqual({query: 'ok', folds: new Map([['a', true]]), choices: {a: 'x'}});
});
