import type {DefinitionError} from '../../shared/dataset';
import type {AppError} from '../../shared/errors';
import {lastLine} from '../failures/causes/messageWords';
import {studyPathOf} from '../failures/causes/pythonEnding';
import type {SerialisedDefinition} from './serialised';

const FRAME = /^ {2}File "(.+)", line (\d+)/;
const TRACEBACK = 'Traceback (most recent call last):';
/** What ehrQL reports of its work, and what `show()` says where nothing is shown. */
const PROGRESS = /^(?:\[(?:info|warning)\s*\] |Show line \d+:| - show\(\) ignored )/;
const NAMED = /^(?:\w+\.)*\w+(?:Error|Exception|Timeout|Generate)\b/;
const USAGE = /^ehrql(?: [\w-]+)?: error: /;

/** What ehrQL printed as the reason of its failure: its own message, and the innermost place of the study's code. */
export function readDefinitionError(printed: string): DefinitionError {
  const lines = printed.split('\n').map((line) => line.trimEnd());
  const loading = lastLine(lines, (line) => /^Error loading file '.+':$/.test(line));
  const traceback = loading < 0 ? null : readTraceback(lines.slice(loading + 1));
  if (traceback !== null) return traceback;
  const usage = lines.find((line) => USAGE.test(line));
  if (usage !== undefined) return {message: usage.replace(USAGE, ''), file: null, line: null};
  const reasons = lines.filter((line) => !PROGRESS.test(line));
  const last = lastLine(reasons, (line) => line.trim() !== '');
  if (last < 0) return {message: 'ehrQL failed, and printed no reason.', file: null, line: null};
  const all = reasons.slice(0, last + 1);
  const from = lastLine(all, (line) => NAMED.test(line));
  const message = all.slice(from < 0 ? last : from).join('\n');
  // what came of it in ehrQL itself is no reason
  return {message: message.split('\n\nDuring handling of')[0] ?? message, file: null, line: null};
}

/** The last traceback, or a syntax error, which has none; null where there is neither. */
function readTraceback(lines: readonly string[]): DefinitionError | null {
  const own = lines.slice(lines.lastIndexOf(TRACEBACK) + 1);
  const lastFrame = lastLine(own, (line) => FRAME.test(line));
  if (lastFrame < 0) return null;
  const from = own.findIndex((line, at) => at > lastFrame && /^\S/.test(line));
  let place: Pick<DefinitionError, 'file' | 'line'> = {file: null, line: null};
  for (const line of own) {
    const [, path = '', number = ''] = FRAME.exec(line) ?? [];
    const file = path === '' ? null : studyPathOf(path);
    if (file !== null) place = {file, line: Number(number)};
  }
  const message = (from < 0 ? own.slice(lastFrame) : own.slice(from)).join('\n').trim();
  return {message, ...place};
}

/** ehrQL did not know the command that it was given: an image of another version. */
export function isUnknownCommand(command: string, printed: string): boolean {
  return new RegExp(
    `invalid choice: '${command}'|(?:unknown|no such|unrecogni[sz]ed) (?:sub)?command|${command}.*not found`,
    'iu',
  ).test(printed);
}

/** Why a definition that was to be looked at is none; null where it is one. `image` is named where its ehrQL is another one. */
export function lookError(
  {
    exitCode,
    stderr,
    image,
  }: {readonly exitCode: number; readonly stderr: string; readonly image: string},
  read: Pick<SerialisedDefinition, 'kind' | 'refused'> | null,
  wanted: 'dataset' | 'measures' | null,
  file: string,
): DefinitionError | null {
  const at = (message: string): DefinitionError => ({message, file, line: null});
  if (exitCode !== 0)
    return isUnknownCommand('serialize-definition', stderr)
      ? at(otherVersion(image, 'serialize-definition'))
      : placed(readDefinitionError(stderr), file);
  if (read === null) return at(`${image} printed no definition that Study Desk can read.`);
  if (read.refused !== null) return at(read.refused);
  if (read.kind === null)
    return at(`The file defines no variable \`${wanted ?? 'dataset` or `measures'}\`.`);
  return null;
}

/** The error in the definition itself where ehrQL names no other file. */
export function placed(error: DefinitionError, file: string): DefinitionError {
  return error.file === null ? {...error, file} : error;
}

/** The sentence for an image whose ehrQL has other commands. */
export function otherVersion(image: string, command: string): string {
  return `The ehrQL of ${image} has no command \`${command}\`: it is of a version that Study Desk does not know.`;
}

/** What a definition printed for itself: without ehrQL's reports of its work, and without the error that it ended with. */
export function printedBeside(printed: string, error: DefinitionError | null): string {
  const lines = printed.split('\n');
  const loading = lines.findIndex((line) => /^Error loading file '.+':$/.test(line));
  const own = lines
    .slice(0, loading < 0 ? undefined : loading)
    .filter((line) => !PROGRESS.test(line))
    .join('\n')
    .trim();
  return error !== null && own.endsWith(error.message)
    ? own.slice(0, own.length - error.message.length).trim()
    : own;
}

/** A definition that was stopped, as an error in it. */
export function stopped({message, why}: AppError, file: string): DefinitionError {
  return {message: why === undefined ? message : `${message} ${why}`, file, line: null};
}
