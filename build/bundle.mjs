// Bundles the application into dist/: host, preload and command line with esbuild (node18, CommonJS),
// the renderer with Vite (chrome114), so that Electron 25 and Electron 45 both run it.
import {createHash} from 'node:crypto';
import {existsSync, readdirSync} from 'node:fs';
import {copyFile, mkdir, readFile, readdir} from 'node:fs/promises';
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

/**
 * Bundles host entries, by name; all land flat in dist/host. What they import with `import()` becomes a bundle of
 * its own: an entry that is started must not be made to read what it will need later, or never.
 */
async function bundleHost(entries) {
  const lazy = new Map();
  await esbuild({
    entryPoints: Object.fromEntries(entries),
    outdir: join(root, 'dist/host'),
    outExtension: {'.js': '.cjs'},
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'cjs',
    // Electron 25 can't import() from the packaged archive, but require() from it
    supported: {'dynamic-import': false},
    sourcemap: true,
    // names are kept: a fault that is reported says where it was
    minify: true,
    keepNames: true,
    // and so that the line it came from fits on a screen
    lineLimit: 200,
    legalComments: 'none',
    logLevel: 'warning',
    plugins: [
      lazySsh(lazy),
      noBuildSession,
      quietUtil,
      duckdbBeside,
      sharedPackages(lazy),
      ownBundles(lazy),
    ],
    // ssh2 does without its native parts
    external: ['electron', 'cpu-features', '*.node'],
  });
  const known = new Set(entries.map(([name]) => name));
  const further = [...lazy].filter(([name]) => !known.has(name));
  if (further.length > 0) await bundleHost(further);
}

/** Turns `import()` of our files and of packages into a look at the bundle beside, and notes what that must hold. */
function ownBundles(lazy) {
  return {
    name: 'own-bundles',
    setup(build) {
      build.onResolve({filter: /./}, async ({kind, path, resolveDir, importer}) => {
        if (
          kind !== 'dynamic-import' ||
          path.startsWith('node:') ||
          importer.includes('node_modules')
        )
          return undefined;
        const resolved = await build.resolve(path, {kind: 'import-statement', resolveDir});
        if (resolved.external || resolved.errors.length > 0) return undefined;
        const name = path.startsWith('.') ? basename(path) : path.split('/')[0];
        lazy.set(name, resolved.path);
        return {path: `./${name}.cjs`, external: true};
      });
    },
  };
}

/** Large packages that several bundles hold become a bundle of their own, so that the application has them once. */
function sharedPackages(lazy) {
  return {
    name: 'shared-packages',
    setup(build) {
      build.onResolve(
        {filter: /^(isomorphic-git|apache-arrow|re2js|tar-stream|yaml)$/},
        async (asked) => {
          const {path, kind, resolveDir, pluginData} = asked;
          if (kind === 'entry-point' || pluginData === 'resolved') return undefined;
          const resolved = await build.resolve(path, {
            kind: 'require-call',
            resolveDir,
            pluginData: 'resolved',
          });
          lazy.set(path, resolved.path);
          return {path: `./${path}.cjs`, external: true};
        },
      );
    },
  };
}

/** Puts lazySsh.cjs before ssh2, which becomes a bundle of its own. */
function lazySsh(lazy) {
  return {
    name: 'lazy-ssh',
    setup(build) {
      const standIn = join(root, 'build/lazySsh.cjs');
      build.onResolve({filter: /^ssh2$/}, async ({importer, resolveDir}) => {
        if (importer !== standIn) return {path: standIn};
        const {path} = await build.resolve('ssh2/lib/index.js', {kind: 'require-call', resolveDir});
        lazy.set('ssh2', path);
        return {path: './ssh2.cjs', external: true};
      });
    },
  };
}

/** Puts noBuildSession.cjs in the place of dockerode's own. */
const noBuildSession = {
  name: 'no-build-session',
  setup(build) {
    build.onResolve({filter: /^\.\/session$/}, ({importer}) =>
      /[\\/]dockerode[\\/]lib[\\/]docker\.js$/.test(importer)
        ? {path: join(root, 'build/noBuildSession.cjs')}
        : undefined,
    );
  },
};

/** Puts quietUtil.cjs in the place of docker-modem's. */
const quietUtil = {
  name: 'quiet-util',
  setup(build) {
    build.onResolve({filter: /^util$/}, ({importer}) =>
      /[\\/]docker-modem[\\/]lib[\\/]modem\.js$/.test(importer)
        ? {path: join(root, 'build/quietUtil.cjs')}
        : undefined,
    );
  },
};

const duckdb = join(root, 'dist/host/duckdb');

/**
 * DuckDB's native part lies beside the bundles, in a folder of its own that stays outside the packaged archive. What is outside
 * is not covered by the archive's integrity: each file is compared with its hash before any of them is loaded.
 */
const duckdbBeside = {
  name: 'duckdb-beside',
  setup(build) {
    build.onResolve({filter: /^@duckdb\/node-bindings$/}, () => ({
      path: 'duckdb',
      namespace: 'duckdb-beside',
    }));
    build.onLoad({filter: /./, namespace: 'duckdb-beside'}, async () => ({
      contents: `require('./checkedFiles.cjs')(__dirname + '/duckdb', ${JSON.stringify(await hashesIn(duckdb))});
        module.exports = require('./duckdb/duckdb.node');`,
      resolveDir: join(root, 'build'),
    }));
  },
};

/** SHA-256 of each file of a folder, by name. */
async function hashesIn(folder) {
  const names = await readdir(folder);
  const hashes = names.map(async (name) => {
    const content = await readFile(join(folder, name));
    return [name, createHash('sha256').update(content).digest('hex')];
  });
  return Object.fromEntries(await Promise.all(hashes));
}

/** Copies DuckDB's native part for this system to dist/host/duckdb. */
async function copyDuckdb() {
  const from = join(
    root,
    'node_modules/@duckdb',
    `node-bindings-${process.platform}-${process.arch}`,
  );
  await mkdir(duckdb, {recursive: true});
  // where there is none for this system, tables are not shown, and all else works
  if (!existsSync(from)) return;
  for (const name of readdirSync(from))
    if (!/\.(json|md)$/.test(name)) await copyFile(join(from, name), join(duckdb, name));
}

/** Builds everything; `parts` narrows it to `host` or `renderer`. */
export async function bundle(parts = ['host', 'renderer']) {
  const jobs = [];
  if (parts.includes('host')) {
    const entries = [
      join(root, 'electron/app/main.ts'),
      join(root, 'electron/preload/preload.ts'),
      join(root, 'electron/cli/cli.ts'),
      ...workers(),
    ].map((file) => [basename(file).replace(/\.ts$/, ''), file]);
    // the bundles hold the hashes of what was copied
    jobs.push(copyDuckdb().then(() => bundleHost(entries)));
  }
  if (parts.includes('renderer'))
    jobs.push(vite({configFile: join(root, 'build/vite.config.mjs'), logLevel: 'warn'}));
  await Promise.all(jobs);
}
