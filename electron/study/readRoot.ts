import {didYouMean, type Report} from './brokenRules';
import {keyText, textKey} from './keyText';
import {nearestName} from '../../shared/nearestName';
import {LATEST_VERSION} from './projectVersion';
import {pythonFloatOf} from './python/pythonNumber';
import {fixesOf, replaceScalar} from './quickFixes';
import type {YamlEntry, YamlMap} from './yaml/yamlValue';

const ROOT_KEYS = ['version', 'actions', 'expectations'];

/** The parts of a project.yaml, as far as they can be read. */
export interface RootParts {
  /** Null where it can't be read. */
  readonly version: number | null;
  readonly actions: YamlMap | null;
  readonly expectations: YamlEntry | undefined;
}

/** Takes the file apart and reports what is wrong at its root (E-KEY-TYPE to E-ACTIONS-TYPE). */
export function readRoot(root: YamlMap, text: string, report: Report): RootParts {
  const parts = new Map<string, YamlEntry>();
  for (const entry of root.entries.values()) {
    const key = textKey(entry.key);
    if (key !== null) parts.set(key, entry);
    else {
      report({
        rule: 'E-KEY-TYPE',
        at: entry.key,
        message: `The key \`${keyText(entry.key)}\` is not text.`,
        hint: 'Remove it, or indent it below `actions` and put it in quotes.',
      });
    }
  }
  for (const [key, entry] of parts) {
    if (ROOT_KEYS.includes(key)) continue;
    const nearest = nearestName(key, ROOT_KEYS);
    report({
      rule: 'E-UNKNOWN-ROOT',
      at: entry.key,
      message: `\`${key}\` is not a part of project.yaml.`,
      hint:
        didYouMean(nearest) ??
        'If it is an action, indent it below `actions`; if it is a note, begin the line with `#`.',
      fixes: fixesOf(
        nearest === null || parts.has(nearest)
          ? null
          : replaceScalar(text, entry.key, key, nearest, `Change to \`${nearest}\``),
      ),
    });
  }
  const version = readVersion(parts.get('version'), root, text, report);
  const actions = parts.get('actions');
  const map = actions?.value.kind === 'map' ? actions.value : null;
  if (map === null) {
    report({
      rule: 'E-ACTIONS-TYPE',
      at:
        actions === undefined
          ? {from: root.from, to: root.from}
          : actions.value.kind === 'null'
            ? actions.key
            : actions.value,
      message:
        actions === undefined
          ? 'There is no `actions`.'
          : '`actions` is not a mapping of names to actions.',
      hint: 'Write `actions:` with the name of each action below it, indented.',
    });
  }
  return {version, actions: map, expectations: parts.get('expectations')};
}

function readVersion(
  entry: YamlEntry | undefined,
  root: YamlMap,
  text: string,
  report: Report,
): number | null {
  if (entry === undefined || entry.value.kind === 'null') {
    report({
      rule: 'E-VERSION-MISSING',
      at: entry?.key ?? {from: root.from, to: root.from},
      message: 'The version of the format is missing.',
      hint: `Add \`version: ${String(LATEST_VERSION)}\` as the first line.`,
    });
    return null;
  }
  const version = pythonFloatOf(entry.value);
  if (version === null) {
    report({
      rule: 'E-VERSION-TYPE',
      at: entry.value,
      message: 'The version is not a number.',
      hint: `Write \`version: ${String(LATEST_VERSION)}\`.`,
    });
    return null;
  }
  if (version > LATEST_VERSION) {
    report({
      rule: 'E-VERSION-TOO-NEW',
      at: entry.value,
      message: `Version ${String(version)} is not known; the newest is ${String(LATEST_VERSION)}.`,
      hint: `Write \`version: ${String(LATEST_VERSION)}\`.`,
      fixes: fixesOf(versionFix(entry, text)),
    });
  } else if (version !== LATEST_VERSION) {
    report({
      rule: 'W-OLD-VERSION',
      at: entry.value,
      message: `project.yaml uses version ${String(version)}; the latest is ${String(LATEST_VERSION)}.`,
      hint: `${changesSince(version)} Then change to \`version: ${String(LATEST_VERSION)}\`.`,
      fixes: fixesOf(versionFix(entry, text)),
    });
  }
  return version;
}

function versionFix(entry: YamlEntry, text: string) {
  const {from, to} = entry.value;
  const written = text.slice(from, to);
  const title = `Change to version ${String(LATEST_VERSION)}`;
  if (/^['"].*['"]$/.test(written))
    return replaceScalar(text, entry.value, written.slice(1, -1), '5.0', title);
  return /^[\d.]+$/.test(written) ? {title, edits: [{from, to, insert: '5.0'}]} : null;
}

/** What becomes stricter between a version and the newest. */
function changesSince(version: number): string {
  const changes: string[] = [];
  if (!(version >= 2)) changes.push('output paths must be unique');
  if (!(version >= 4)) changes.push('`cohortextractor` and `expectations` are refused');
  changes.push('an action called `run_all` and the image version `latest` are refused');
  return `From there on ${changes.join(', ')}.`;
}
