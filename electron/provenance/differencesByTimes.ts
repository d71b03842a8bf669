import {formatPlural} from '../../shared/format';
import type {Action} from '../../shared/project';
import {isScript} from '../../shared/script';
import {RUNTIME_NAMES} from '../study/knownImages';
import {tokenise} from '../study/tokenise';
import {
  changedDefinition,
  notVerified,
  outputPatternsOf,
  unreadableFile,
  unreadableFolders,
  type Difference,
} from './differences';
import type {ReferenceSuccess} from './provenance';
import type {FileTimes, StudyLook} from './studyLook';

/** What an action made at its latest success. */
export interface MadeFiles {
  /** Study-relative. */
  readonly paths: readonly string[];
  /** When it ended under `opensafely run`, in seconds since 1970; null where it ran here. */
  readonly referenceEnd: number | null;
}

/**
 * Differences of an action from its success under `opensafely run`, which keeps what was run but no contents: code and
 * inputs are held against the time when the run began, outputs against that when it ended. Times in the record are
 * whole seconds, so what was written in the very second counts as later.
 */
export function differencesByTimes(
  success: ReferenceSuccess,
  action: Action,
  madeBy: (need: string) => MadeFiles | null,
  look: StudyLook,
): readonly Difference[] {
  const {startedAt} = success;
  const found = [
    ...definitionDifferences(success, action, look),
    ...(startedAt === null
      ? [notVerified('The record of `opensafely run` does not say when it began', null)]
      : [
          ...codeDifferences(action, startedAt * 1000, look),
          ...inputDifferences(action, startedAt * 1000, madeBy, look),
        ]),
    ...outputDifferences(success, look),
  ];
  return found.map(({reason, key}) => ({reason: {...reason, byTimes: true}, key}));
}

/** What a success under `opensafely run` can't be held against. */
export function notComparedByTimes(action: Action): readonly string[] {
  return isReusable(action) ? ['image', 'version of the reusable action'] : ['image'];
}

function isReusable(action: Action): boolean {
  return !RUNTIME_NAMES.has(action.run.imageName);
}

function definitionDifferences(
  success: ReferenceSuccess,
  action: Action,
  look: StudyLook,
): readonly Difference[] {
  const {runCommand, needs, outputPatterns} = success;
  if (runCommand === null || needs === null || outputPatterns === null)
    return [notVerified('The record of `opensafely run` does not say what was run', null)];
  const found: Difference[] = [];
  const command = commandDifference(runCommand, action, look);
  if (command !== null) found.push(command);
  const sorted = (names: readonly string[]): string => [...new Set(names)].sort().join('\n');
  const needsNow = sorted(action.needs);
  if (sorted(needs) !== needsNow)
    found.push(
      changedDefinition(action, 'input', 'The needs changed', needsNow, action.span.line, look),
    );
  const patternsNow = outputPatternsOf(action).join('\n');
  if ([...outputPatterns].sort().join('\n') !== patternsNow) {
    const line = action.outputs[0]?.span.line ?? action.span.line;
    found.push(
      changedDefinition(
        action,
        'output-patterns',
        'The output patterns changed',
        patternsNow,
        line,
        look,
      ),
    );
  }
  return found;
}

/**
 * The recorded command is the run line split and joined again, then `--config` and what is added for dummy data; of a
 * reusable action it begins with the command of its own that is not known here.
 */
function commandDifference(runCommand: string, action: Action, look: StudyLook): Difference | null {
  const split = tokenise(runCommand);
  if (!split.ok)
    return notVerified('The run line in the record of `opensafely run` cannot be understood', null);
  const words = isReusable(action)
    ? [...action.containerArgs]
    : [action.run.argv[0] ?? '', ...action.containerArgs];
  const before = isReusable(action)
    ? split.value.slice(Math.max(0, split.value.length - words.length))
    : split.value;
  if (isSame(before, words)) return null;
  const line = action.run.argv.length - (isReusable(action) ? 1 : 0);
  const sameLine = isSame(before.slice(0, line), words.slice(0, line));
  const isConfig = sameLine && (action.configJson !== null || before[line] === '--config');
  return isConfig
    ? changedDefinition(
        action,
        'config',
        'The config changed',
        action.configJson ?? '',
        action.span.line,
        look,
      )
    : changedDefinition(
        action,
        'run-line',
        'The run line changed',
        words.join('\0'),
        action.run.span.line,
        look,
      );
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

function codeDifferences(action: Action, startMs: number, look: StudyLook): readonly Difference[] {
  if (isReusable(action)) return [];
  const {paths, foundBy} = look.usedCode(action);
  const everything = foundBy === 'folder';
  const found: Difference[] = [];
  for (const path of paths) {
    const times = look.timesOf(path);
    const trouble = times === null ? look.troubleWith(path) : null;
    if (trouble !== null) found.push(unreadableFile(path, trouble));
    else if (times !== null && newest(times) >= startMs) {
      const what = times.mtimeMs >= startMs ? 'was written' : 'was put in its place';
      const note = everything ? '; any code file counts' : '';
      found.push({
        reason: {
          kind: path.startsWith('codelists/') ? 'codelist' : 'code',
          message: `\`${path}\` ${what} (after its run began${note})`,
          path,
          changedAt: isoTime(times),
          ...(everything ? {foundBy: 'folder' as const} : {}),
        },
        key: timeKey('code', path, times),
      });
    }
  }
  const gone = action.run.argv
    .slice(1)
    .filter((word) => isScript(word) && !word.startsWith('-') && look.timesOf(word) === null)
    .filter((word) => look.troubleWith(word) === null);
  for (const path of gone) {
    const key = `code|${path}|`;
    const changedAt = look.since(key, look.writtenAt(path));
    found.push({reason: {kind: 'code', message: `\`${path}\` was removed`, path, changedAt}, key});
  }
  return everything ? [...found, ...unreadableFolders(look)] : found;
}

function inputDifferences(
  action: Action,
  startMs: number,
  madeBy: (need: string) => MadeFiles | null,
  look: StudyLook,
): readonly Difference[] {
  return [...new Set(action.needs)].flatMap((need) => {
    const made = madeBy(need);
    if (made === null)
      return [notVerified(`It is not known what \`${need}\` made, which this action needs`, null)];
    const later: {readonly path: string; readonly times: FileTimes}[] = [];
    const found: Difference[] = [];
    for (const path of made.paths) {
      const times = look.timesOf(path);
      const trouble = times === null ? look.troubleWith(path) : null;
      if (trouble !== null) found.push(unreadableFile(path, trouble));
      else if (times === null) {
        const key = `input|${path}|`;
        const changedAt = look.since(key, look.writtenAt(path));
        const message = `The input \`${path}\` was removed`;
        found.push({reason: {kind: 'input', message, path, changedAt}, key});
      } else if (newest(times) >= startMs && !isFromBefore(made, startMs, times))
        later.push({path, times});
    }
    const [first] = later;
    if (first === undefined) return found;
    const many = later.length === 1 ? first.path : formatPlural(later.length, 'file');
    const reason = {
      kind: 'input' as const,
      message: `An output of \`${need}\` was written (after its run began; ${many})`,
      path: first.path,
      changedAt: isoTime(first.times),
    };
    const key = later.map(({path, times}) => `${timeKey('input', path, times)}\n`).join('');
    return [...found, {reason, key}];
  });
}

/** A file untouched since its own run ended, which was no later than this one began: the second both share decides nothing. */
function isFromBefore(made: MadeFiles, startMs: number, times: FileTimes): boolean {
  if (made.referenceEnd === null) return false;
  const endMs = made.referenceEnd * 1000;
  return endMs <= startMs && newest(times) < endMs + 1000;
}

/** `opensafely run` puts outputs in their places before it notes the end, and records neither sizes nor contents. */
function outputDifferences(success: ReferenceSuccess, look: StudyLook): readonly Difference[] {
  return success.outputs.flatMap((path) => {
    const times = look.timesOf(path);
    const trouble = times === null ? look.troubleWith(path) : null;
    if (trouble !== null) return [unreadableFile(path, trouble)];
    if (times === null) {
      const key = `output|${path}|`;
      const changedAt = look.since(key, look.writtenAt(path));
      const message = `Its output \`${path}\` was removed`;
      return [{reason: {kind: 'output-changed' as const, message, path, changedAt}, key}];
    }
    if (newest(times) < (success.completedAt + 1) * 1000) return [];
    return [
      {
        reason: {
          kind: 'not-verified' as const,
          message: `Its output \`${path}\` was written (after its run ended)`,
          path,
          changedAt: isoTime(times),
        },
        key: timeKey('output', path, times),
      },
    ];
  });
}

function newest({mtimeMs, ctimeMs}: FileTimes): number {
  return Math.max(mtimeMs, ctimeMs);
}

function isoTime(times: FileTimes): string {
  return new Date(newest(times)).toISOString();
}

/** Another time is another change: it ends a mark. */
function timeKey(kind: string, path: string, {mtimeMs, ctimeMs}: FileTimes): string {
  return `${kind}|${path}|${mtimeMs}|${ctimeMs}`;
}
