// What lies beside the packages of a release: a bill of materials (CycloneDX), and checksums that `sha256sum -c` reads.
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readFile, readdir, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';

const PACKAGES = /\.(AppImage|deb|tar\.gz|dmg|zip|exe|cdx\.json)$/;

/** Writes SHA256SUMS of the packages in `release`, for this system and processor, and gives its path. */
export async function writeChecksums(release) {
  const names = (await readdir(release)).filter((name) => PACKAGES.test(name)).sort();
  const lines = [];
  for (const name of names) {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(join(release, name))) hash.update(chunk);
    lines.push(`${hash.digest('hex')}  ${name}\n`);
  }
  const file = join(release, `SHA256SUMS-${process.platform}-${process.arch}.txt`);
  await writeFile(file, lines.join(''));
  return file;
}

/**
 * Writes the bill of materials into `release` and gives its path: the packages that are bundled, by the lock file, and what
 * comes as binaries, by name: Electron, the Chromium and Node.js inside it, and DuckDB.
 */
export async function writeBillOfMaterials({root, release, electron}) {
  const read = async (name) => JSON.parse(await readFile(join(root, name), 'utf8'));
  const {name, version, license} = await read('package.json');
  const {packages} = await read('package-lock.json');
  const inside = await versionsInside(binaryOf(electron));
  const duckdb = packages['node_modules/@duckdb/node-api'].version;
  const components = [
    binary('Electron', electron.version, `pkg:github/electron/electron@v${electron.version}`),
    binary('Chromium', inside.chromium, `pkg:generic/chromium@${inside.chromium}`),
    binary('Node.js', inside.node, `pkg:generic/node@${inside.node}`),
    binary('DuckDB', duckdb.split('-')[0], `pkg:github/duckdb/duckdb@v${duckdb.split('-')[0]}`),
    ...Object.entries(packages)
      .filter(([path, entry]) => path !== '' && !isLeftOut(entry))
      .map(([path, entry]) => library(path, entry)),
  ];
  const file = join(release, `study-desk-${process.platform}-${process.arch}.cdx.json`);
  const bill = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      timestamp: new Date().toISOString(),
      component: {
        'bom-ref': name,
        type: 'application',
        name,
        version,
        licenses: [{license: {id: license}}],
      },
    },
    components,
  };
  await writeFile(file, `${JSON.stringify(bill, null, 2)}\n`);
  return file;
}

/** Packages for building and testing alone, and native parts for other systems. */
function isLeftOut({dev, os, cpu}) {
  return (
    dev === true ||
    (os !== undefined && !os.includes(process.platform)) ||
    (cpu !== undefined && !cpu.includes(process.arch))
  );
}

function binary(name, version, purl) {
  return {
    'bom-ref': purl,
    type: name === 'Electron' ? 'framework' : 'library',
    name,
    version,
    purl,
  };
}

function library(path, {version, license, integrity}) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const [algorithm, hash] = integrity?.split('-') ?? [];
  return {
    'bom-ref': `${purl}#${path}`,
    type: 'library',
    name,
    version,
    purl,
    ...(license === undefined ? {} : {licenses: [{expression: license}]}),
    ...(algorithm === 'sha512'
      ? {hashes: [{alg: 'SHA-512', content: Buffer.from(hash, 'base64').toString('hex')}]}
      : {}),
  };
}

/** The file that holds Chromium: on macOS it is a library beside the program. */
function binaryOf({executable, distDir}) {
  return process.platform === 'darwin'
    ? join(
        distDir,
        'Electron.app/Contents/Frameworks/Electron Framework.framework/Electron Framework',
      )
    : executable;
}

/** The versions of Chromium and Node.js, by the names that they give themselves in Electron's binary. */
async function versionsInside(executable) {
  const found = {};
  let end = '';
  for await (const chunk of createReadStream(executable, {encoding: 'latin1'})) {
    const text = end + chunk;
    found.chromium ??= /Chrome\/(\d+\.\d+\.\d+\.\d+)/.exec(text)?.[1];
    found.node ??= /node-v(\d+\.\d+\.\d+)/.exec(text)?.[1];
    if (found.chromium !== undefined && found.node !== undefined) return found;
    end = text.slice(-100);
  }
  throw new Error(`${basename(executable)} does not say which Chromium and Node.js are in it.`);
}
