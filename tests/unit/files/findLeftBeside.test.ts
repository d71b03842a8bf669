import {mkdir, symlink} from 'node:fs/promises';
import path from 'node:path';
import {expect, it} from 'vitest';
import {findLeftBeside} from '../../../electron/files/findLeftBeside';
import {createFindMatching} from '../../../electron/files/findMatching';
import {stageCode} from '../../../electron/files/stageCode';
import {writeFileAtomically} from '../../../electron/files/writeAtomically';
import {folderWith} from './studyFolder';

const MARK = '0123456789abcdef';
const LATER = Date.now() + 60_000;

/** A study as a kill of an earlier version may have left it, with files of the user's that look alike. */
const LEFT = [
  `.gitignore.${MARK}.tmp`,
  `o/deep/f1.csv.gz.${MARK}.tmp`,
  `o/f1.csv.${MARK}.old`,
  `o/f1.csv.${MARK}.tmp`,
  `project.yaml.${MARK}.tmp`,
] as const;
const USERS = [
  `.${MARK}.tmp`,
  `o/f1.csv.${MARK}.tmp.csv`,
  `o/f1.csv.${MARK.slice(1)}.tmp`,
  `o/f1.csv.${MARK.toUpperCase()}.tmp`,
  `o/f1.csv.${MARK}.bak`,
  'o/f1.csv.tmp',
  'o/f1.csv',
];
const study = () =>
  folderWith(Object.fromEntries([...LEFT, ...USERS, 'project.yaml'].map((name) => [name, 'abc'])));

it('finds what a kill has left beside files, by exactly the names that we give', async () => {
  const dir = await study();
  expect(await findLeftBeside(dir, [], LATER)).toEqual(
    LEFT.map((name) => ({path: name, bytes: 3, isEarlier: name.endsWith('.old')})),
  );
});

it('finds nothing that is being written now, nor what is our own or a library’s', async () => {
  const dir = await study();
  expect(await findLeftBeside(dir, [], Date.now())).toEqual([]);
  const other = await folderWith({
    [`metadata/a.${MARK}.tmp`]: '',
    [`.git/a.${MARK}.tmp`]: '',
    [`renv/lib/a.${MARK}.tmp`]: '',
  });
  await mkdir(path.join(other, `a.${MARK}.tmp`));
  expect(await findLeftBeside(other, [], LATER)).toEqual([]);
});

it('looks behind a link on the way to outputs, and no other', async () => {
  const disk = await folderWith({[`f1.csv.${MARK}.tmp`]: ''});
  const dir = await folderWith();
  for (const name of ['output', 'data']) await symlink(disk, path.join(dir, name));
  await symlink(dir, path.join(dir, 'again'));
  const found = await findLeftBeside(dir, ['output/*.csv', 'again/*.csv'], LATER);
  expect(found.map((each) => each.path)).toEqual([`output/f1.csv.${MARK}.tmp`]);
});

it('is neither staged as code nor matched by a pattern', async () => {
  const dir = await study();
  const staged = await stageCode(dir, ['o/*.csv']);
  const names = staged.ok ? staged.value.entries.map((entry) => entry.path) : [];
  for (const name of LEFT) expect(names).not.toContain(name);
  expect(names).toContain(`o/f1.csv.${MARK}.bak`);
  expect(await createFindMatching(dir)('o/*')).toEqual(
    USERS.filter((name) => name.startsWith('o/') && name !== 'project.yaml').sort(),
  );
});

it('has the very names of a write that breaks off', async () => {
  const dir = await folderWith({'a.csv': ''});
  const broken = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('x');
    // what a kill at this moment would leave
    expect((await findLeftBeside(dir, [], LATER)).map((each) => each.path)).toEqual([
      expect.stringMatching(/^a\.csv\.[0-9a-f]{16}\.tmp$/u),
    ]);
  };
  await writeFileAtomically(path.join(dir, 'a.csv'), broken());
  expect(await findLeftBeside(dir, [], LATER)).toEqual([]);
});
