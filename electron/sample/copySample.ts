import {constants, existsSync} from 'node:fs';
import {copyFile, cp, mkdir, readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {SampleFile} from '../../shared/study';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';

/**
 * Copies the sample study into a new or empty folder and answers it, absolute. A folder that already holds the
 * sample study is answered as it is, with whatever the user has changed in it.
 */
export async function copySample(targetDir: string): Promise<Result<string, AppError>> {
  const target = path.resolve(targetDir);
  const source = sampleFolder();
  try {
    const present = await entriesOf(target);
    if (present.length > 0) return (await isSample(target)) ? ok(target) : err(notEmpty(target));
    await mkdir(target, {recursive: true});
    await cp(source, target, {recursive: true, errorOnExist: true, force: false});
    return ok(target);
  } catch (error) {
    return err(fileSystemError(`The sample study could not be copied to "${target}".`, error));
  }
}

/** The sample study's files, and which of them a folder has already. */
export async function sampleFiles(dir: string): Promise<readonly SampleFile[]> {
  const files = await filesBelow(sampleFolder(), '');
  return files.sort().map((file) => ({path: file, present: existsSync(path.join(dir, file))}));
}

/** Puts those of the sample study's files into a folder that it has not; no file of its own is touched. */
export async function addSample(dir: string): Promise<Result<null, AppError>> {
  try {
    for (const file of await sampleFiles(dir)) {
      if (file.present) continue;
      const target = path.join(dir, file.path);
      await mkdir(path.dirname(target), {recursive: true});
      await copyFile(path.join(sampleFolder(), file.path), target, constants.COPYFILE_EXCL);
    }
    return ok(null);
  } catch (error) {
    return err(fileSystemError(`The sample study could not be written to "${dir}".`, error));
  }
}

/** Paths of the files below a folder, relative to `root`, with `/`. */
async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), {withFileTypes: true});
  const found = entries.map(async (entry) => {
    const each = path.posix.join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(root, each) : [each];
  });
  return (await Promise.all(found)).flat();
}

/** Where the sample study's files lie: beside the packaged application, or in the checkout. */
function sampleFolder(): string {
  const packaged = Reflect.get(process, 'resourcesPath');
  const places = [
    ...(typeof packaged === 'string' ? [path.join(packaged, 'sample')] : []),
    path.join(__dirname, '../../electron/sample/study'),
    path.join(__dirname, 'study'),
  ];
  const found = places.find((place) => existsSync(path.join(place, 'project.yaml')));
  if (found === undefined) throw new Error(`No sample study in ${places.join(', ')}`);
  return found;
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** True for a copy of the sample study: known by its first script, whose name no other has beside this codelist. */
export async function isSample(folder: string): Promise<boolean> {
  const marks = ['project.yaml', 'analysis/generate_patients.py', 'codelists/asthma-diagnosis.csv'];
  const found = await Promise.all(
    marks.map((mark) =>
      stat(path.join(folder, mark)).then(
        (entry) => entry.isFile(),
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

function notEmpty(target: string): AppError {
  return appError('invalid-request', `The folder "${target}" is not empty.`, {
    why: 'The sample study is copied only into a new or empty folder, so that nothing is overwritten.',
    hint: 'Choose another folder.',
  });
}
