import {formatPlural} from '../../shared/format';
import type {Action} from '../../shared/project';
import type {OutOfDateReason} from '../../shared/status';
import type {TextChange} from './changedLines';
import {countsAsCode} from './codeFiles';
import {sha256Of} from './hashCache';
import type {StudyLook} from './studyLook';
import {LEDGER_PATH, type SuccessRecord} from './successLedger';

/** Where actions are defined, study-relative. */
export const DEFINITION_FILE = 'project.yaml';

/**
 * One way in which an action's success no longer fits the study; with a reason of the kind `not-verified`, one in which
 * that is not known.
 */
export interface Difference {
  readonly reason: OutOfDateReason;
  /** What exactly differs, so that two states can be distinguished. */
  readonly key: string;
}

/** `tier: pattern` for each output, sorted: what the record of a success keeps of them. */
export function outputPatternsOf(action: Action): string[] {
  return action.outputs.map(({tier, pattern}) => `${tier}: ${pattern}`).sort();
}

/** Differences in the action's own definition and image. */
export function definitionDifferences(
  record: SuccessRecord,
  action: Action,
  imageId: string | null,
  look: StudyLook,
): readonly Difference[] {
  const found: Difference[] = [];
  const defined = (
    kind: OutOfDateReason['kind'],
    what: string,
    now: string,
    line: number,
  ): void => {
    found.push(changedDefinition(action, kind, `The ${what} changed`, now, line, look));
  };
  if (record.runLine !== action.run.raw)
    defined('run-line', 'run line', action.run.raw, action.run.span.line);
  if (record.configJson !== action.configJson)
    defined('config', 'config', action.configJson ?? '', action.span.line);
  if (imageId !== null && record.imageId !== null && record.imageId !== imageId) {
    const key = `image|${imageId}`;
    const message = `The image \`${action.run.argv[0] ?? ''}\` was updated`;
    const changedAt = look.since(key, null);
    found.push({reason: {kind: 'image', message, path: null, changedAt}, key});
  }
  const patterns = outputPatternsOf(action).join('\n');
  if (record.outputPatterns.join('\n') !== patterns) {
    const line = action.outputs[0]?.span.line ?? action.span.line;
    defined('output-patterns', 'output patterns', patterns, line);
  }
  return found;
}

/** A change in what project.yaml says of an action, with the line where it can be looked at. */
export function changedDefinition(
  action: Action,
  kind: OutOfDateReason['kind'],
  what: string,
  now: string,
  line: number,
  look: StudyLook,
): Difference {
  const key = `${kind}|${now}`;
  const changedAt = look.since(`${action.name}|${key}`, look.writtenAt(DEFINITION_FILE));
  const message = `${what} (${DEFINITION_FILE} line ${line})`;
  return {reason: {kind, message, path: DEFINITION_FILE, line, changedAt}, key};
}

/** What project.yaml says of an action, as far as it decides its outputs, for a diff. */
export function definitionText(
  definition: Pick<SuccessRecord, 'runLine' | 'configJson' | 'outputPatterns'>,
): string {
  const {runLine, configJson, outputPatterns} = definition;
  return [
    `run: ${runLine}`,
    ...(configJson === null ? [] : [`config: ${configJson}`]),
    'outputs:',
    ...outputPatterns.map((pattern) => `  ${pattern}`),
    '',
  ].join('\n');
}

/** Differences in the code files it used; the same for all actions with the same list. */
export function codeDifferences(record: SuccessRecord, look: StudyLook): readonly Difference[] {
  const manifest = look.manifest(record.codeManifest);
  if (manifest === null) return [lostList(record.codeManifest, 'the code it was made with', look)];
  const everything = record.codeFoundBy === 'folder';
  const found = Object.entries(manifest).flatMap(([path, before]) =>
    fileDifference(path, before, look, everything),
  );
  if (!everything) return found;
  for (const path of look.codePaths())
    if (manifest[path] === undefined)
      found.push(pathDifference(path, 'was added', look, everything));
  return [...found, ...unreadableFolders(look)];
}

/** New files that its scripts would read now: one more in a folder that they list, say. */
export function newCodeDifferences(
  record: SuccessRecord,
  action: Action,
  look: StudyLook,
): readonly Difference[] {
  const {codeFoundBy, codeListing} = record;
  if (codeFoundBy === 'commit') return [];
  const added = look.newCode(codeListing);
  if (added === null) return [lostList(codeListing, 'which code files are new', look)];
  const fresh = added
    // the others have been listed already
    .filter((path) => codeFoundBy !== 'folder' || !countsAsCode(path));
  if (fresh.length === 0) return [];
  const scanned = look.scanned(action);
  return fresh
    .filter((path) => scanned.has(path))
    .map((path) => pathDifference(path, 'was added', look, false));
}

/** What the actions that it needs have made. */
export interface InputsNow {
  /** By study-relative path. */
  readonly files: ReadonlyMap<string, InputNow>;
  /** The successes of all of them are remembered; else there may be more files. */
  readonly complete: boolean;
}

/** One file that a needed action has made. */
export interface InputNow {
  /** The action that makes it. */
  readonly by: string;
  /** Digest recorded when it was made; null where it was made under `opensafely run`, which records none. */
  readonly sha256: string | null;
  /** ISO 8601 UTC. */
  readonly madeAt: string;
}

/** Differences in the files it was given by what it needs. */
export function inputDifferences(
  record: SuccessRecord,
  inputs: InputsNow,
  look: StudyLook,
): readonly Difference[] {
  const before = look.manifest(record.inputManifest);
  if (before === null) return [lostList(record.inputManifest, 'which data it was made from', look)];
  const unreadable: Difference[] = [];
  const byMessage = new Map<string, {readonly reason: OutOfDateReason; readonly keys: string[]}>();
  const add = (message: string, path: string, latest: string, sha256: string): void => {
    const key = `input|${path}|${sha256}`;
    const known = byMessage.get(message);
    if (known !== undefined) known.keys.push(key);
    else
      byMessage.set(message, {
        reason: {kind: 'input', message, path, changedAt: look.since(key, latest)},
        keys: [key],
      });
  };
  for (const [path, sha256] of Object.entries(before)) {
    const now = look.hash(path);
    const input = inputs.files.get(path);
    if (now?.sha256 === sha256 && (input !== undefined || !inputs.complete)) continue;
    const written = look.writtenAt(path);
    const trouble = now === null ? look.troubleWith(path) : null;
    if (trouble !== null) unreadable.push(unreadableFile(path, trouble));
    else if (now === null) add(`The input \`${path}\` was removed`, path, written, '');
    else if (input === undefined && inputs.complete)
      add(`\`${path}\` stopped being an input`, path, look.writtenAt(DEFINITION_FILE), '');
    else if (input !== undefined && (input.sha256 === null || now.sha256 === input.sha256))
      add(`\`${input.by}\` produced different data`, path, input.madeAt, now.sha256);
    else add(`The input \`${path}\` was changed by hand`, path, written, now.sha256);
  }
  for (const [path, input] of inputs.files)
    if (before[path] === undefined)
      add(
        `\`${input.by}\` produced the new input \`${path}\``,
        path,
        input.madeAt,
        input.sha256 ?? '',
      );
  const changed = [...byMessage.values()].map(({reason, keys}) => ({
    reason: {...reason, message: `${reason.message}${howMany(reason, keys)}`},
    key: keys.map((key) => `${key}\n`).join(''),
  }));
  return [...changed, ...unreadable];
}

/** Which file, where the words have not named it, or how many. */
function howMany({message, path}: OutOfDateReason, keys: readonly string[]): string {
  if (keys.length > 1) return ` (${formatPlural(keys.length, 'file')})`;
  return path === null || message.includes(path) ? '' : ` (${path})`;
}

/** Outputs that are no longer what the job wrote. */
export function outputDifferences(record: SuccessRecord, look: StudyLook): readonly Difference[] {
  return record.outputs.flatMap(({path, sha256}) => {
    const now = look.hash(path);
    if (now?.sha256 === sha256) return [];
    const trouble = now === null ? look.troubleWith(path) : null;
    if (trouble !== null) return [unreadableFile(path, trouble)];
    const key = `output|${path}|${now?.sha256 ?? ''}`;
    const message = `Its output \`${path}\` was ${now === null ? 'removed' : 'changed'}`;
    const changedAt = look.since(key, look.writtenAt(path));
    return [{reason: {kind: 'output-changed', message, path, changedAt}, key}];
  });
}

/** One digest for a set of differences, whatever their order. */
export function digestOfDifferences(differences: readonly Difference[]): string {
  return sha256Of(
    differences
      .map((found) => found.key)
      .sort()
      .join('\n'),
  );
}

function fileDifference(
  path: string,
  before: string | null,
  look: StudyLook,
  everything: boolean,
): Difference[] {
  const now = look.hash(path);
  const trouble = now === null ? look.troubleWith(path) : null;
  if (trouble !== null) return [unreadableFile(path, trouble)];
  if (now === null) return [pathDifference(path, 'was removed', look, everything)];
  if (before === null) return [pathDifference(path, 'changed while it ran', look, everything)];
  if (now.sha256 === before) return [];
  const change = look.textChange(path, before, now.sha256);
  return [pathDifference(path, 'changed', look, everything, change)];
}

function pathDifference(
  path: string,
  what: string,
  look: StudyLook,
  everything: boolean,
  change: TextChange | null = null,
): Difference {
  const now = look.hash(path);
  const notes = [
    ...(change === null ? [] : [linesInWords(change)]),
    ...(change?.onlyComments === true ? ['only comments or blank lines'] : []),
    ...(everything ? ['any code file counts'] : []),
  ];
  const key = `code|${path}|${now?.sha256 ?? ''}|${what.startsWith('changed while') ? 'ran' : ''}`;
  return {
    reason: {
      kind: path.startsWith('codelists/') ? 'codelist' : 'code',
      message: `\`${path}\` ${what}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`,
      path,
      changedAt: look.since(key, look.writtenAt(path)),
      ...(change === null ? {} : {line: change.firstLine}),
      ...(everything ? {foundBy: 'folder' as const} : {}),
      ...(change?.onlyComments === true ? {onlyComments: true as const} : {}),
    },
    key,
  };
}

function linesInWords({lines, firstLine}: TextChange): string {
  return lines === 1
    ? `line ${firstLine}`
    : `${formatPlural(lines, 'line')}, first line ${firstLine}`;
}

/** Something that keeps a success from being compared, with the file that is to blame. */
export function notVerified(message: string, path: string | null): Difference {
  return {
    reason: {kind: 'not-verified', message, path, changedAt: null},
    key: `not-verified|${path ?? ''}|${message}`,
  };
}

/** A file that can't be read, so that nobody knows whether it changed. */
export function unreadableFile(path: string, trouble: string): Difference {
  return notVerified(`\`${path}\` can't be read. ${trouble}`, path);
}

/** Folders that can't be looked into, for an action for which any code file counts. */
export function unreadableFolders(look: StudyLook): readonly Difference[] {
  return look.unreadableFolders().map(({path, trouble}) => unreadableFile(path, trouble));
}

/** A job that succeeded, of which nothing says what it was made from. */
export function withoutRecord(why: string): Difference {
  return notVerified(why, LEDGER_PATH);
}

function lostList(digest: string, what: string, look: StudyLook): Difference {
  const path = look.manifestPath(digest);
  return notVerified(`\`${path}\`, which says ${what}, is missing or damaged`, path);
}
