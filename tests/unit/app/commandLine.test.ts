import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {readArguments} from '../../../electron/app/commandLine';
import {fillIn, splitEditorCommand, systemEditor} from '../../../electron/app/editor';

/** A folder with a project.yaml. */
const SAMPLE = fileURLToPath(new URL('../../../electron/sample/study', import.meta.url));

it.each([
  [[], {dir: null, sample: false, link: null}],
  [['--dir', 'asthma'], {dir: '/base/asthma', sample: false, link: null}],
  [['--dir=/s/a b'], {dir: '/s/a b', sample: false, link: null}],
  [['--sample'], {dir: null, sample: true, link: null}],
  [['--sample', '--dir', '/tmp/x'], {dir: '/tmp/x', sample: true, link: null}],
  [
    ['--no-sandbox', '--remote-debugging-port=0', '/app', '--dir', '/s', '--disable-gpu'],
    {dir: '/s', sample: false, link: null},
  ],
  [['--dir'], {dir: null, sample: false, link: null}],
  [['/s/a b/project.yaml'], {dir: '/s/a b', sample: false, link: null}],
  [
    ['--no-sandbox', '/app', 'asthma/project.yaml'],
    {dir: '/base/asthma', sample: false, link: null},
  ],
  [['--dir', '/s', '/t/project.yaml'], {dir: '/s', sample: false, link: null}],
  [['file:///s/a%20b/project.yaml'], {dir: '/s/a b', sample: false, link: null}],
  [['study-desk://open?dir=/s'], {dir: null, sample: false, link: 'study-desk://open?dir=/s'}],
  [[SAMPLE], {dir: SAMPLE, sample: false, link: null}],
])('the application command line %j', (argv, expected) => {
  expect(readArguments(argv, '/base')).toEqual(expected);
});

describe('the editor', () => {
  it('is started by the command of the settings, word by word', () => {
    expect(splitEditorCommand(`"C:\\Program Files\\Ed\\ed.exe" -g '{file}:{line}'`)).toEqual([
      'C:\\Program Files\\Ed\\ed.exe',
      '-g',
      '{file}:{line}',
    ]);
  });

  it('gets file and line where the command wants them', () => {
    expect(fillIn(['code', '--goto', '{file}:{line}'], '/s/a $& b.R', 12)).toEqual({
      program: 'code',
      args: ['--goto', '/s/a $& b.R:12'],
    });
    expect(fillIn(['code', '-g', '{file}:{line}'], '/s/a.R', null).args).toEqual([
      '-g',
      '/s/a.R:1',
    ]);
  });

  it('gets the file at the end where the command does not name it', () => {
    expect(fillIn(['vi'], '/s/{line}.R', 3)).toEqual({program: 'vi', args: ['/s/{line}.R']});
  });

  it('is one that shows a script and never runs it', () => {
    expect(systemEditor('darwin', '/s/a.py')).toEqual({program: 'open', args: ['-t', '/s/a.py']});
    expect(systemEditor('win32', 'C:\\s\\a.py')).toEqual({
      program: 'notepad.exe',
      args: ['C:\\s\\a.py'],
    });
    expect(systemEditor('linux', '/s/a.py').program).toBe('xdg-open');
  });
});
