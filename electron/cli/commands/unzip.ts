import {lstat, readdir, stat} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {createGunzip} from 'node:zlib';
import {appError} from '../../../shared/errors';
import {formatPlural} from '../../../shared/format';
import {writeFileAtomically} from '../../files/writeAtomically';
import {readStream} from '../../files/openFile';
import {type CommandContext, reportError} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';

/** What becomes of one file. */
type Unzipped = 'unzipped' | 'newer' | {readonly failed: string};

/**
 * `unzip PATH`: puts the content of a `.gz` file beside it, or of all below a folder. What is there already and younger is left;
 * one that is damaged leaves nothing behind, and is said.
 */
export async function unzipCommand(context: CommandContext, given: string): Promise<ExitCode> {
  const {console} = context;
  const path = resolve(context.projectDir, given);
  const found = await stat(path).catch(() => null);
  const files = found?.isDirectory() === true ? await zippedBelow(path) : [path];
  if (found === null || files.some((file) => !file.endsWith('.gz')))
    return reportError(
      context,
      appError('not-found', `"${given}" is neither a folder nor a .gz file.`, {
        hint: 'Name a file that ends in .gz, or a folder that holds some.',
      }),
    );
  let failures = 0;
  for (const file of files) {
    const target = file.slice(0, -'.gz'.length);
    const done = await unzip(file, target);
    const error = typeof done === 'object' ? done.failed : null;
    console.json({path: file, target, unzipped: done === 'unzipped', error});
    if (error !== null) {
      failures += 1;
      console.warn(`${file} could not be unzipped: ${error}`);
    } else console.print(done === 'newer' ? `${target} is there and newer.` : `${target}`);
  }
  if (files.length === 0) console.print('There is no .gz file.');
  if (failures > 0) console.warn(`${formatPlural(failures, 'file')} could not be unzipped.`);
  return failures > 0 ? EXIT.failed : EXIT.done;
}

async function unzip(file: string, target: string): Promise<Unzipped> {
  try {
    const [zipped, before] = await Promise.all([stat(file), lstat(target).catch(() => null)]);
    if (before !== null && !before.isFile()) return {failed: `"${target}" is no file.`};
    if (before !== null && before.mtimeMs > zipped.mtimeMs) return 'newer';
    const source = readStream(file);
    const content = createGunzip();
    source.once('error', (error) => content.destroy(error));
    await writeFileAtomically(target, source.pipe(content));
    return 'unzipped';
  } catch (error) {
    return {failed: error instanceof Error ? error.message : String(error)};
  }
}

/** Links are not followed. */
async function zippedBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {withFileTypes: true});
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return zippedBelow(path);
      return entry.isFile() && entry.name.endsWith('.gz') ? [path] : [];
    }),
  );
  return found.flat().sort();
}
