import {screen} from '@testing-library/react';
import {expect, it} from 'vitest';
import {answerQuestion} from '../../../renderer/bridge/questions';
import type {FolderListing} from '../../../shared/contract/webMessages';
import {ok, type Result} from '../../../shared/result';
import type {AppError} from '../../../shared/errors';

const listing = (dir: string, names: readonly string[]): FolderListing => ({
  ...{dir, parent: null, more: 0},
  entries: names.map((name) => ({name, kind: 'folder' as const})),
});

it('puts a study into no folder but the one that was chosen last, however slowly that is listed', async () => {
  const slow: (() => void)[] = [];
  const listFolder = (dir: string): Promise<Result<FolderListing, AppError>> => {
    if (dir === '/home') return Promise.resolve(ok(listing(dir, ['a', 'b'])));
    return new Promise((resolve) => slow.push(() => resolve(ok(listing(dir, [])))));
  };
  const question = {kind: 'choose', title: 'Where', button: 'Put it here', start: '/home'} as const;
  const answer = answerQuestion({...question, endings: null}, listFolder);
  const take = screen.getByRole('button', {name: 'Put it here'});
  (await screen.findByRole('button', {name: 'a'})).click();
  screen.getByRole('button', {name: 'b'}).click();
  take.click();
  slow[1]?.();
  await screen.findByText('/home/b');
  slow[0]?.();
  take.click();
  expect(await answer).toBe('/home/b');
});
