import {expect, it} from 'vitest';
import {createDeskStore} from '../../../renderer/state/deskStore';
import {openInEditorWords} from '../../../renderer/state/settings';
import type {AppInfo} from '../../../shared/app';

it.each([
  ['code -g {file}:{line}', null, 'Open in VS Code'],
  ['"C:\\Program Files\\VS\\Code.exe" {file}', null, 'Open in VS Code'],
  ['vim +{line} {file}', 'code', 'Open in editor'],
  [null, null, 'Open in editor'],
  [null, 'code', 'Open in VS Code'],
])(
  'the button that opens a file names the editor of %j, or else %j',
  (editorCommand, editorFound, words) => {
    const settings = {user: {editorCommand}, environment: {}, faults: []};
    const {getState} = createDeskStore({app: {settings, editorFound} as unknown as AppInfo}); // nothing else is read
    expect(openInEditorWords(getState())).toBe(words);
  },
);
