import {formatPlural} from '../../shared/format';
import type {Action} from '../../shared/project';
import type {OutOfDateReason} from '../../shared/status';
import type {TextChange} from './changedLines';
import {countsAsCode} from './codeFiles';
import type {HashedFile} from './hashCache';
import {sha256Of} from './hashCache';
import type {FileManifest, SuccessRecord} from './successRecord';

/** Where actions are defined, study-relative. */
export const DEFINITION_FILE = 'project.yaml';

/** One way in which an action's success no longer fits the study. */
export interface Difference {
  readonly reason: OutOfDateReason;
  /** What exactly differs, so that two states can be told apart. */
  readonly key: string;
}

/** What a comparison looks things up in; paths are study-relative. */
export interface StudyLook {
  readonly hash: (path: string) => HashedFile | null;
  /** How the kept text differs from today's; null where no text is kept. */
  readonly textChange: (path: string, before: string, now: string) => TextChange | null;
  /** All code files of today that count where all of them do. */
  readonly codePaths: () => readonly string[];
  readonly isCode: (path: string) => boolean;
  /** Code files of today that are not in a kept list. */
  readonly newCode: (listing: string) => readonly string[];
  /** Code files that the action's scripts name today. */
  readonly scanned: (action: Action) => ReadonlySet<string>;
  readonly manifest: (digest: string) => FileManifest | null;
  /** ISO 8601 time since when a change stands, given the latest it can be; null for now. */
  readonly since: (change: string, latest: string | null) => string;
  /** When a file was written; for one that is gone when its folder was, the latest it can have gone. */
  readonly writtenAt: (path: string) => string;
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
  around: StudyLook,
): readonly Difference[] {
  const found: Difference[] = [];
  /** One in project.yaml, where it can be looked at. */
  const defined = (
    kind: OutOfDateReason['kind'],
    what: string,
    now: string,
    line: number,
  ): void => {
    const key = `${kind}|${now}`;
    const changedAt = around.since(`${action.name}|${key}`, around.writtenAt(DEFINITION_FILE));
    const message = `The ${what} changed (${DEFINITION_FILE} line ${line})`;
    found.push({reason: {kind, message, path: DEFINITION_FILE, line, changedAt}, key});
  };
  if (record.runLine !== action.run.raw)
    defined('run-line', 'run line', action.run.raw, action.run.span.line);
  if (record.configJson !== action.configJson)
    defined('config', 'config', action.configJson ?? '', action.span.line);
  if (imageId !== null && record.imageId !== null && record.imageId !== imageId) {
    const key = `image|${imageId}`;
    const message = `The image \`${action.run.argv[0] ?? ''}\` was updated`;
    const changedAt = around.since(key, null);
    found.push({reason: {kind: 'image', message, path: null, changedAt}, key});
  }
  const patterns = outputPatternsOf(action).join('\n');
  if (record.outputPatterns.join('\n') !== patterns) {
    const line = action.outputs[0]?.span.line ?? action.span.line;
    defined('output-patterns', 'output patterns', patterns, line);
  }
  return found;
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
export function codeDifferences(record: SuccessRecord, around: StudyLook): readonly Difference[] {
  const manifest = around.manifest(record.codeManifest);
  if (manifest === null)
    return [notKnown('code', 'It is no longer known which code it was made with')];
  const everything = record.codeFoundBy === 'folder';
  const found = Object.entries(manifest).flatMap(([path, before]) =>
    fileDifference(path, before, around, everything),
  );
  if (everything)
    for (const path of around.codePaths())
      if (manifest[path] === undefined)
        found.push(pathDifference(path, 'was added', around, everything));
  return found;
}

/** New files that its scripts would read now: one more in a folder that they list, say. */
export function newCodeDifferences(
  record: SuccessRecord,
  action: Action,
  around: StudyLook,
): readonly Difference[] {
  const {codeFoundBy, codeListing} = record;
  if (codeFoundBy === 'commit' || codeListing === undefined) return [];
  const fresh = around
    .newCode(codeListing)
    // the others have been told already
    .filter((path) => codeFoundBy !== 'folder' || !countsAsCode(path));
  if (fresh.length === 0) return [];
  const scanned = around.scanned(action);
  return fresh
    .filter((path) => scanned.has(path))
    .map((path) => pathDifference(path, 'was added', around, false));
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
  /** Digest recorded when it was made. */
  readonly sha256: string;
  /** ISO 8601 UTC. */
  readonly madeAt: string;
}

/** Differences in the files it was given by what it needs. */
export function inputDifferences(
  record: SuccessRecord,
  inputs: InputsNow,
  around: StudyLook,
): readonly Difference[] {
  const before = around.manifest(record.inputManifest);
  if (before === null)
    return [notKnown('input', 'It is no longer known which data it was made from')];
  const byMessage = new Map<string, {readonly reason: OutOfDateReason; readonly keys: string[]}>();
  const add = (message: string, path: string, latest: string, sha256: string): void => {
    const key = `input|${path}|${sha256}`;
    const known = byMessage.get(message);
    if (known !== undefined) known.keys.push(key);
    else
      byMessage.set(message, {
        reason: {kind: 'input', message, path, changedAt: around.since(key, latest)},
        keys: [key],
      });
  };
  for (const [path, sha256] of Object.entries(before)) {
    const now = around.hash(path);
    const input = inputs.files.get(path);
    if (now?.sha256 === sha256 && (input !== undefined || !inputs.complete)) continue;
    const written = around.writtenAt(path);
    if (now === null) add(`The input \`${path}\` was removed`, path, written, '');
    else if (input === undefined && inputs.complete)
      add(`\`${path}\` stopped being an input`, path, around.writtenAt(DEFINITION_FILE), '');
    else if (input !== undefined && now.sha256 === input.sha256)
      add(`\`${input.by}\` produced different data`, path, input.madeAt, now.sha256);
    else add(`The input \`${path}\` was changed by hand`, path, written, now.sha256);
  }
  for (const [path, input] of inputs.files)
    if (before[path] === undefined)
      add(`\`${input.by}\` produced the new input \`${path}\``, path, input.madeAt, input.sha256);
  return [...byMessage.values()].map(({reason, keys}) => ({
    reason: {...reason, message: `${reason.message}${howMany(reason, keys)}`},
    key: keys.map((key) => `${key}\n`).join(''),
  }));
}

/** Which file, where the words have not named it, or how many. */
function howMany({message, path}: OutOfDateReason, keys: readonly string[]): string {
  if (keys.length > 1) return ` (${formatPlural(keys.length, 'file')})`;
  return path === null || message.includes(path) ? '' : ` (${path})`;
}

/** Outputs that are no longer what the job wrote. */
export function outputDifferences(record: SuccessRecord, around: StudyLook): readonly Difference[] {
  return record.outputs.flatMap(({path, sha256}) => {
    const now = around.hash(path);
    if (now?.sha256 === sha256) return [];
    const key = `output|${path}|${now?.sha256 ?? ''}`;
    const message = `Its output \`${path}\` was ${now === null ? 'removed' : 'changed'}`;
    const changedAt = around.since(key, around.writtenAt(path));
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
  around: StudyLook,
  everything: boolean,
): Difference[] {
  const now = around.hash(path);
  if (now === null) return [pathDifference(path, 'was removed', around, everything)];
  if (before === null) return [pathDifference(path, 'changed while it ran', around, everything)];
  if (now.sha256 === before) return [];
  const change = around.textChange(path, before, now.sha256);
  return [pathDifference(path, 'changed', around, everything, change)];
}

function pathDifference(
  path: string,
  what: string,
  around: StudyLook,
  everything: boolean,
  change: TextChange | null = null,
): Difference {
  const now = around.hash(path);
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
      changedAt: around.since(key, around.writtenAt(path)),
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

function notKnown(kind: OutOfDateReason['kind'], message: string): Difference {
  return {reason: {kind, message, path: null, changedAt: null}, key: `${kind}|`};
}
