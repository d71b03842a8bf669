import {join} from 'node:path';
import {build, type Metafile} from 'esbuild';
import {beforeAll, expect, it} from 'vitest';
import {root} from './importsOf';

/** What a bundle of the command line is made of; `external` modules are left outside. */
async function bundled(entry: string, external: readonly string[]): Promise<Metafile> {
  const {metafile} = await build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'dist/host',
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    external: [...external],
    logLevel: 'silent',
  });
  return metafile;
}

/** Everything the command line is made of: files by path, and modules left outside the bundle. */
let bundle: Metafile;

beforeAll(async () => {
  // `web` serves the window's requests, and is a bundle beside the command line's
  bundle = await bundled('electron/cli/cli.ts', [
    'electron',
    'ssh2',
    'cpu-features',
    '@duckdb/node-bindings',
    './commands/web',
  ]);
});

it('the command line stands on the core', () => {
  expect(Object.keys(bundle.inputs).some((file) => file.startsWith('electron/core/'))).toBe(true);
});

it('the command line holds nothing of the window: no Electron, IPC, preload or renderer', () => {
  const files = Object.keys(bundle.inputs).filter((file) =>
    /^(electron\/(app|ipc|preload)|renderer|node_modules\/(electron|react|react-dom))\//.test(file),
  );
  expect(files).toEqual([]);
  const outside = Object.values(bundle.outputs).flatMap((output) =>
    output.imports.filter((each) => each.external).map((each) => each.path),
  );
  expect(outside).toContain('node:path');
  expect(outside).not.toContain('electron');
});

it("the command line starts without zod's languages, which `import {z}` instead of `import * as z` brings in", () => {
  const [output] = Object.values(bundle.outputs);
  const locales = Object.entries(output?.inputs ?? {}).filter(
    ([file, {bytesInOutput}]) => /zod\/.*\/locales\//.test(file) && bytesInOutput > 1000,
  );
  expect(locales.map(([file]) => file)).toEqual(['node_modules/zod/v4/locales/en.js']);
});

it('what `web` adds holds no Electron, preload or renderer either', async () => {
  const metafile = await bundled('electron/cli/commands/web.ts', []);
  const files = Object.keys(metafile.inputs);
  expect(files).toContain('electron/ipc/answerRequests.ts');
  expect(
    files.filter((file) =>
      /^(electron\/preload|renderer|node_modules\/(electron|react|react-dom))\//.test(file),
    ),
  ).toEqual([]);
  const outside = Object.values(metafile.outputs).flatMap(({imports}) =>
    imports.filter(({external}) => external).map(({path}) => path),
  );
  expect(outside).toContain('node:http');
  expect(outside).not.toContain('electron');
});
