import {createRequire} from 'node:module';
import {readdirSync, statSync} from 'node:fs';
import {join, sep} from 'node:path';
import {expect, it} from 'vitest';
import {root} from '../architecture/importsOf';

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

it('a fault in a bundle names the functions that it passed through', async () => {
  const {commitAll} = createRequire(import.meta.url)(join(root, 'dist/host/firstCommit.cjs')) as {
    readonly commitAll: (dir: unknown) => Promise<void>;
  };
  const stack = await commitAll(undefined).then(String, (error: Error) => error.stack);
  expect(stack).toMatch(/commitAll .*firstCommit\.cjs/);
});
