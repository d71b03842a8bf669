import {mkdir, readdir, readlink, rm, stat, symlink, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {failWith, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {copyRegularFile} from '../../files/openFile';
import {fileSystemError} from '../../files/fileSystemError';
import {cloneInto, readAddress, type CloneWay} from './cloneStudy';
import {fillNewFolder} from './newFolder';
import {templateFiles} from './template';

/** A study that was begun. */
export interface BegunStudy {
  /** Absolute. */
  readonly dir: string;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly notices: readonly string[];
}

/** Clones a study into a new or empty folder, called as the repository where none is named; half of it never stays. */
export async function cloneStudy(
  url: string,
  dir: string | null,
  way: CloneWay,
): Promise<Result<BegunStudy, AppError>> {
  const address = readAddress(url);
  if (!address.ok) return address;
  const target = path.resolve(dir ?? address.value.name);
  const cloned = await fillNewFolder(target, (folder) => cloneInto(address.value, folder, way));
  return cloned.ok ? ok({dir: target, ...cloned.value}) : cloned;
}

/**
 * Begins a study in a new or empty folder, with a repository of its own and a first commit: from the template, or from the files
 * of a folder or of a repository (`from`), of which neither history, outputs nor what git ignores is taken.
 */
export async function newStudy(
  dir: string,
  from: string | null,
  way: CloneWay,
): Promise<Result<BegunStudy, AppError>> {
  const target = path.resolve(dir);
  const name = path.basename(target);
  return fillNewFolder(target, async (folder) => {
    const filled = await fill(folder, name, from, way);
    if (!filled.ok) return filled;
    const {commitAll} = await import('../../git/firstCommit');
    const {commit, author, isKnown} = await commitAll(folder, `Begin the study ${name}`);
    const notices = isKnown
      ? []
      : [
          `git knows no name of yours: the first commit is by ${author}. \`git config --global user.name NAME\` changes that.`,
        ];
    return ok({dir: target, branch: 'main', commit, notices});
  });
}

async function fill(
  folder: string,
  name: string,
  from: string | null,
  way: CloneWay,
): Promise<Result<null, AppError>> {
  if (from === null) {
    for (const [file, text] of Object.entries(templateFiles(name))) {
      await mkdir(path.dirname(path.join(folder, file)), {recursive: true});
      await writeFile(path.join(folder, file), text);
    }
    return ok(null);
  }
  const isFolder = await stat(from).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isFolder) {
    const source = path.resolve(from);
    if (path.resolve(folder).startsWith(`${source}${path.sep}`))
      return failWith('invalid-request', 'The new study would lie in the folder it is made from.', {
        hint: 'Choose a folder beside it.',
      });
    return copied(source, folder);
  }
  const address = readAddress(from);
  if (!address.ok) return address;
  const cloned = await cloneInto(address.value, folder, way);
  if (!cloned.ok) return cloned;
  await rm(path.join(folder, '.git'), {recursive: true, force: true});
  return ok(null);
}

/** Files of another study: what git ignores there, its repository and its record of runs are left out. */
async function copied(source: string, target: string): Promise<Result<null, AppError>> {
  const {ignoredIn} = await import('../../git/firstCommit');
  const isIgnored = ignoredIn(source);
  const copyFolder = async (folder: string): Promise<void> => {
    for (const entry of await readdir(path.join(source, folder), {withFileTypes: true})) {
      const file = path.join(folder, entry.name);
      if (entry.name === '.git' || file === 'metadata' || (await isIgnored(file))) continue;
      const [from, to] = [path.join(source, file), path.join(target, file)];
      if (entry.isDirectory()) {
        await mkdir(to);
        await copyFolder(file);
      } else if (entry.isSymbolicLink()) await symlink(await readlink(from), to);
      else if (entry.isFile()) await copyRegularFile(from, to);
    }
  };
  try {
    await copyFolder('');
    return ok(null);
  } catch (error) {
    return err(fileSystemError(`"${source}" could not be copied.`, error));
  }
}
