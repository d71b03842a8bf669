import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {csvField} from '../../shared/table';
import {fileSystemError} from '../files/fileSystemError';
import {isThere} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';
import {OWN_CODELISTS} from './listCodelists';
import {isNameOfCodes, recordsOf} from './listText';

/** A list of the study's own, to be written. */
export interface OwnList {
  readonly studyDir: string;
  /** Of its file; `.csv` is added where it is missing. */
  readonly name: string;
  /** Codes and what they mean: CSV, or columns of a spreadsheet, with or without names of the columns. */
  readonly text: string;
  /** Where they come from, in words. */
  readonly origin: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const NAME = /^[\w][\w .+-]*$/u;

/** Where the origin of a list of the study's own is noted. */
export function originOf(file: string): string {
  return file.replace(/\.csv$/u, '.origin.txt');
}

/** Writes a list to `local_codelists/`, where `codelists check` allows it, with its origin beside it; answers its path. */
export async function makeOwnList(list: OwnList): Promise<Result<string, AppError>> {
  const {studyDir, origin, now} = list;
  const refused = (message: string, hint: string) =>
    err(appError('invalid-request', message, {hint}));
  const name = list.name.trim().replace(/\.csv$/iu, '');
  if (!NAME.test(name))
    return refused(
      `"${list.name}" can’t be the name of a list.`,
      'Use letters, digits, spaces, dots and dashes.',
    );
  const content = asCsv(list.text);
  if (content === null) return refused('There are no codes in it.', 'Paste a code in each line.');
  const file = `${OWN_CODELISTS}/${name}.csv`;
  const [path, note] = [join(studyDir, file), join(studyDir, originOf(file))];
  const day = new Date(now).toISOString().slice(0, 10);
  try {
    if ((await isThere(path)) || (await isThere(note)))
      return refused(`${file} is already there.`, 'Give the list another name.');
    await mkdir(join(studyDir, OWN_CODELISTS), {recursive: true});
    await writeFileAtomically(note, `Made with Study Desk on ${day}.\nOrigin: ${origin.trim()}\n`);
    await writeFileAtomically(path, content);
    return ok(file);
  } catch (error) {
    return err(fileSystemError(`${file} could not be written.`, error));
  }
}

/** As a list that ehrQL reads: CSV with names of its columns, without empty lines; null where it holds no code. */
export function asCsv(pasted: string): string | null {
  const lines = pasted.split(/\r\n|[\r\n]/u).filter((line) => line.trim() !== '');
  const records = pasted.includes('\t')
    ? lines.map((line) => line.split('\t').map((field) => field.trim()))
    : [...recordsOf(lines.join('\n'))].map(({fields}) => fields.map((field) => field.trim()));
  const [first] = records;
  if (first === undefined) return null;
  const width = Math.max(...records.map(({length}) => length));
  const hasNames = first.some(isNameOfCodes);
  if (hasNames && records.length === 1) return null;
  const names = Array.from({length: width}, (_, at) => ['code', 'term'][at] ?? `column_${at + 1}`);
  const rows = [...(hasNames ? [] : [names]), ...records];
  return rows
    .map((row) => Array.from({length: width}, (_, at) => csvField(row[at] ?? '')).join(','))
    .map((row) => `${row}\n`)
    .join('');
}
