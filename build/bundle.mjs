// Bundles the application into dist/: host, preload and command line with esbuild (node18, CommonJS),
// the renderer with Vite (chrome114), so that Electron 25 and Electron 45 both run it.
import {readdirSync} from 'node:fs';
import {basename, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build as esbuild} from 'esbuild';
import {build as vite} from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Every `*.worker.ts` below electron/ becomes dist/host/<name>.worker.cjs, beside the bundles that start it. */
function workers(folder = join(root, 'electron')) {
  return readdirSync(folder, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && entry.name.endsWith('.worker.ts'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Bundles one set of host entries; all land flat in dist/host. */
async function bundleHost(entries) {
  await esbuild({
    entryPoints: Object.fromEntries(
      entries.map((file) => [basename(file).replace(/\.ts$/, ''), file]),
    ),
    outdir: join(root, 'dist/host'),
    outExtension: {'.js': '.cjs'},
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    sourcemap: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [lazySsh],
    // ssh2 does without its native parts
    external: ['electron', 'cpu-features', '*.node'],
  });
}

/** Puts lazySsh.cjs before ssh2. */
const lazySsh = {
  name: 'lazy-ssh',
  setup(build) {
    const standIn = join(root, 'build/lazySsh.cjs');
    build.onResolve({filter: /^ssh2$/}, ({importer}) =>
      importer === standIn ? undefined : {path: standIn},
    );
  },
};

/** Builds everything; `parts` narrows it to `host` or `renderer`. */
export async function bundle(parts = ['host', 'renderer']) {
  const jobs = [];
  if (parts.includes('host')) {
    jobs.push(
      bundleHost([
        join(root, 'electron/app/main.ts'),
        join(root, 'electron/preload/preload.ts'),
        join(root, 'electron/cli/cli.ts'),
        ...workers(),
      ]),
    );
  }
  if (parts.includes('renderer'))
    jobs.push(vite({configFile: join(root, 'build/vite.config.mjs'), logLevel: 'warn'}));
  await Promise.all(jobs);
}
