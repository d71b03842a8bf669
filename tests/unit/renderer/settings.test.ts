import {expect, it} from 'vitest';
import {createDeskStore} from '../../../renderer/state/deskStore';
import {openInEditorWords} from '../../../renderer/state/settings';
import type {AppInfo} from '../../../shared/app';

it.each([
  ['code -g {file}:{line}', 'Open in VS Code'],
  ['"C:\\Program Files\\VS\\Code.exe" {file}', 'Open in VS Code'],
  ['vim +{line} {file}', 'Open in editor'],
  [null, 'Open in editor'],
])('the button that opens a file names the editor of %j', (editorCommand, words) => {
  const settings = {user: {editorCommand}, environment: {}, faults: []};
  const {getState} = createDeskStore({app: {settings} as unknown as AppInfo}); // nothing else is read
  expect(openInEditorWords(getState())).toBe(words);
});
