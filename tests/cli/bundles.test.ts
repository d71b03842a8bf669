import {createRequire} from 'node:module';
import {readdirSync, statSync} from 'node:fs';
import {appendFile, copyFile, mkdir} from 'node:fs/promises';
import {join, sep} from 'node:path';
import {expect, it} from 'vitest';
import {root} from '../architecture/importsOf';
import {folderOfTest} from '../temporary';

/** As much as our code may take, of host, workers and window; without DuckDB's native part, which is not ours. */
const MOST_BYTES = 12_000_000;

it('what is built takes at most 12 MB, without DuckDB', () => {
  const files = ['dist/host', 'dist/renderer'].flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
      .filter((path) => !path.startsWith(`duckdb${sep}`) && !path.endsWith('.map'))
      .map((path) => statSync(join(root, folder, path)))
      .filter((file) => file.isFile()),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(files.reduce((sum, {size}) => sum + size, 0)).toBeLessThan(MOST_BYTES);
});

it('the window begins with at most 1.1 MB of script', () => {
  const assets = join(root, 'dist/renderer/assets');
  const [start, ...others] = readdirSync(assets).filter((name) => /^start-.*\.js$/.test(name));
  expect(others).toEqual([]);
  expect(statSync(join(assets, start ?? '')).size).toBeLessThan(1_100_000);
});

it('DuckDB is not loaded unless it is, byte by byte, what the bundles were made with', async () => {
  const host = join(folderOfTest(), 'host');
  const files = readdirSync(join(root, 'dist/host')).filter((name) => name.endsWith('.cjs'));
  await mkdir(join(host, 'duckdb'), {recursive: true});
  for (const name of files) await copyFile(join(root, 'dist/host', name), join(host, name));
  for (const name of readdirSync(join(root, 'dist/host/duckdb')))
    await copyFile(join(root, 'dist/host/duckdb', name), join(host, 'duckdb', name));
  const load = (): unknown => createRequire(import.meta.url)(join(host, 'answerTables.cjs'));
  await appendFile(join(host, 'duckdb/duckdb.node'), 'x');
  expect(load).toThrow('duckdb.node is not the file that Study Desk was made with');
  await copyFile(join(root, 'dist/host/duckdb/duckdb.node'), join(host, 'duckdb/duckdb.node'));
  expect(load()).toHaveProperty('createTableAnswers');
});

it('a fault in a bundle names the functions that it passed through', async () => {
  const {commitAll} = createRequire(import.meta.url)(join(root, 'dist/host/firstCommit.cjs')) as {
    readonly commitAll: (dir: unknown) => Promise<void>;
  };
  const stack = await commitAll(undefined).then(String, (error: Error) => error.stack);
  expect(stack).toMatch(/commitAll .*firstCommit\.cjs/);
});
