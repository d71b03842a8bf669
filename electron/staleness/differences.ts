import {formatPlural} from '../../shared/format';
import type {Action} from '../../shared/project';
import type {StaleReason} from '../../shared/status';
import type {TextChange} from './changedLines';
import type {HashedFile} from './hashCache';
import {sha256Of} from './hashCache';
import type {FileManifest, SuccessRecord} from './successRecord';

/** Where actions are defined, study-relative. */
export const DEFINITION_FILE = 'project.yaml';

/** One way in which an action's success no longer fits the study. */
export interface Difference {
  readonly reason: StaleReason;
  /** What exactly differs, so that two states can be told apart. */
  readonly key: string;
}

/** What a comparison looks things up in; paths are study-relative. */
export interface Surroundings {
  readonly hash: (path: string) => HashedFile | null;
  /** How the kept text differs from today's; null where no text is kept. */
  readonly textChange: (path: string, before: string, now: string) => TextChange | null;
  /** All code files of today. */
  readonly codePaths: () => readonly string[];
  readonly manifest: (digest: string) => FileManifest | null;
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
): readonly Difference[] {
  const found: Difference[] = [];
  if (record.runLine !== action.run.raw)
    found.push(defined('run-line', 'The run line changed', action.run.raw));
  if (record.configJson !== action.configJson)
    found.push(defined('config', 'The config changed', action.configJson ?? ''));
  if (imageId !== null && record.imageId !== null && record.imageId !== imageId) {
    const image = action.run.argv[0] ?? '';
    found.push(difference('image', `The image \`${image}\` was updated`, imageId));
  }
  const patterns = outputPatternsOf(action).join('\n');
  if (record.outputPatterns.join('\n') !== patterns)
    found.push(defined('output-patterns', 'The output patterns changed', patterns));
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
export function codeDifferences(
  record: SuccessRecord,
  around: Surroundings,
): readonly Difference[] {
  const manifest = around.manifest(record.codeManifest);
  if (manifest === null)
    return [difference('code', 'It is no longer known which code it was made with', '')];
  const everything = record.codeFoundBy === 'folder';
  const found = Object.entries(manifest).flatMap(([path, before]) =>
    fileDifference(path, before, around, everything),
  );
  if (everything)
    for (const path of around.codePaths())
      if (manifest[path] === undefined)
        found.push(pathDifference(path, 'is new', around.hash(path), everything));
  return found;
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
  around: Surroundings,
): readonly Difference[] {
  const before = around.manifest(record.inputManifest);
  if (before === null)
    return [difference('input', 'It is no longer known which data it was made from', '')];
  const byMessage = new Map<string, Difference>();
  const add = (message: string, path: string, changedAt: string | null, sha256: string): void => {
    const known = byMessage.get(message);
    byMessage.set(message, {
      reason: known?.reason ?? {kind: 'input', message, path, changedAt},
      key: `${known?.key ?? ''}input|${path}|${sha256}\n`,
    });
  };
  for (const [path, sha256] of Object.entries(before)) {
    const now = around.hash(path);
    const input = inputs.files.get(path);
    if (now?.sha256 === sha256 && (input !== undefined || !inputs.complete)) continue;
    if (now === null) add(`The input \`${path}\` is missing`, path, null, '');
    else if (input === undefined && inputs.complete)
      add(`\`${path}\` is no longer an input`, path, null, '');
    else if (input !== undefined && now.sha256 === input.sha256)
      add(`\`${input.by}\` produced different data`, path, input.madeAt, now.sha256);
    else add(`The input \`${path}\` was changed by hand`, path, isoTime(now.mtimeMs), now.sha256);
  }
  for (const [path, input] of inputs.files)
    if (before[path] === undefined)
      add(`\`${input.by}\` gives it the new input \`${path}\``, path, input.madeAt, input.sha256);
  return [...byMessage.values()];
}

/** Outputs that are no longer what the job wrote. */
export function outputDifferences(
  record: SuccessRecord,
  around: Surroundings,
): readonly Difference[] {
  return record.outputs.flatMap(({path, sha256}) => {
    const now = around.hash(path);
    if (now?.sha256 === sha256) return [];
    const reason: StaleReason = {
      kind: 'output-changed',
      message:
        now === null ? `Its output \`${path}\` is missing` : `Its output \`${path}\` was changed`,
      path,
      changedAt: now === null ? null : isoTime(now.mtimeMs),
    };
    return [{reason, key: `output|${path}|${now?.sha256 ?? ''}`}];
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
  around: Surroundings,
  everything: boolean,
): Difference[] {
  const now = around.hash(path);
  if (now === null) return [pathDifference(path, 'was removed', null, everything)];
  if (before === null) return [pathDifference(path, 'changed while it ran', now, everything)];
  if (now.sha256 === before) return [];
  const change = around.textChange(path, before, now.sha256);
  return [pathDifference(path, 'changed', now, everything, change)];
}

function pathDifference(
  path: string,
  what: string,
  now: HashedFile | null,
  everything: boolean,
  change: TextChange | null = null,
): Difference {
  const notes = [
    ...(change === null ? [] : [formatPlural(change.lines, 'line')]),
    ...(change?.onlyComments === true ? ['only comments or blank lines'] : []),
    ...(everything ? ['any code file counts'] : []),
  ];
  return {
    reason: {
      kind: path.startsWith('codelists/') ? 'codelist' : 'code',
      message: `\`${path}\` ${what}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`,
      path,
      changedAt: now === null ? null : isoTime(now.mtimeMs),
      ...(everything ? {foundBy: 'folder' as const} : {}),
      ...(change?.onlyComments === true ? {onlyComments: true as const} : {}),
    },
    key: `code|${path}|${now?.sha256 ?? ''}|${what.startsWith('changed while') ? 'ran' : ''}`,
  };
}

/** A difference in project.yaml, where it can be looked at. */
function defined(kind: StaleReason['kind'], message: string, now: string): Difference {
  const {reason, key} = difference(kind, message, now);
  return {reason: {...reason, path: DEFINITION_FILE}, key};
}

function difference(kind: StaleReason['kind'], message: string, now: string): Difference {
  return {reason: {kind, message, path: null, changedAt: null}, key: `${kind}|${now}`};
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
