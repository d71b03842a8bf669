import {stringify} from 'yaml';
import {type AppError, failWith} from '../../shared/errors';
import type {NewAction} from '../../shared/projectEdit';
import type {TextEdit} from '../../shared/problem';
import {ok, type Result} from '../../shared/result';
import {TIERS} from '../../shared/sensitivity';
import {LATEST_VERSION} from './projectVersion';
import {isPlainSafe, lineStart} from './quickFixes';
import {readYaml} from './yaml/readYaml';
import type {YamlEntry, YamlMap} from './yaml/yamlValue';

/** How a project.yaml is written, so that what is added looks the same. */
export interface Style {
  readonly lineEnd: string;
  /** Column of the names of actions. */
  readonly nameIndent: number;
  /** Further columns of each level below. */
  readonly step: number;
  readonly list: 'flow' | 'indented' | 'flush';
  readonly blankBetween: boolean;
}

const DEFAULT_STYLE = {nameIndent: 2, step: 2, list: 'flow', blankBetween: true} as const;

/**
 * The edits that append an action to a project.yaml in the file's own style, every byte outside
 * untouched; in an empty one they begin it. Fails where the file can't be read, writes its actions in braces, or has the name already.
 */
export function addActionEdits(
  text: string,
  action: NewAction,
): Result<readonly TextEdit[], AppError> {
  // a file that is not there yet, or is empty, is begun
  if (text.trim() === '') {
    const lines = actionLines(action, {...DEFAULT_STYLE, lineEnd: '\n'});
    const insert = [`version: ${LATEST_VERSION}`, '', 'actions:', ...lines, ''].join('\n');
    return ok([{from: 0, to: text.length, insert}]);
  }
  const {root, fault} = readYaml(text);
  if (fault !== null || root?.kind !== 'map') {
    return failWith(
      'invalid-project',
      'project.yaml cannot be read, so nothing can be added to it.',
      {
        hint: 'Fix the problems listed for it first.',
      },
    );
  }
  const entry = entryOf(root, 'actions');
  if (entry === undefined) {
    return failWith(
      'invalid-project',
      'project.yaml has no `actions`, so nothing can be added to it.',
      {
        hint: 'Add a line `actions:` first.',
      },
    );
  }
  const {value} = entry;
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  if (value.kind === 'null' || (value.kind === 'map' && value.entries.size === 0)) {
    const lines = actionLines(action, {...DEFAULT_STYLE, lineEnd});
    const from = value.kind === 'null' ? colonAfter(text, entry) : value.from;
    const to = value.kind === 'null' ? Math.max(from, value.to) : value.to;
    return ok([{from: trimmedBefore(text, from), to, insert: lineEnd + lines.join(lineEnd)}]);
  }
  if (value.kind !== 'map' || text.charAt(value.from) === '{') {
    return failWith(
      'invalid-request',
      'The actions of this project.yaml are not written one below the other.',
      {
        hint: 'Add the action in your editor.',
      },
    );
  }
  if (entryOf(value, action.name) !== undefined) {
    return failWith('invalid-request', `There is an action called \`${action.name}\` already.`, {
      hint: 'Choose another name.',
    });
  }
  const style = styleOf(text, value, lineEnd);
  const at = endOfBlock(text, value, style.nameIndent);
  const lines = actionLines(action, style);
  const endsLine = at === 0 || /[\r\n]/.test(text.charAt(at - 1));
  const before = (endsLine ? '' : lineEnd) + (style.blankBetween ? lineEnd : '');
  return ok([{from: at, to: at, insert: before + lines.join(lineEnd) + lineEnd}]);
}

function entryOf(map: YamlMap, name: string): YamlEntry | undefined {
  return map.entries.get(`t${name}`);
}

function colonAfter(text: string, entry: YamlEntry): number {
  return text.indexOf(':', entry.key.to) + 1;
}

function trimmedBefore(text: string, at: number): number {
  let from = at;
  while (text.charAt(from - 1) === ' ') from -= 1;
  return from;
}

function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** How the actions of a file are written. */
export function styleOf(text: string, actions: YamlMap, lineEnd: string): Style {
  const entries = [...actions.entries.values()].filter(({merged}) => !merged);
  const last = entries.at(-1);
  if (last === undefined) return {...DEFAULT_STYLE, lineEnd};
  const nameIndent = columnOf(text, last.key.from);
  let step = 0;
  let list: Style['list'] | null = null;
  for (const {value} of entries) {
    if (value.kind !== 'map' || text.charAt(value.from) === '{') continue;
    if (value.from > last.key.from || step === 0) step = columnOf(text, value.from) - nameIndent;
    const needs = entryOf(value, 'needs');
    if (needs?.value.kind !== 'list') continue;
    if (text.charAt(needs.value.from) === '[') list = 'flow';
    else {
      const dash = columnOf(text, needs.value.from);
      list = dash > columnOf(text, needs.key.from) ? 'indented' : 'flush';
    }
  }
  const between = text.slice(actions.from, last.key.from);
  return {
    lineEnd,
    nameIndent,
    step: step > 0 ? step : DEFAULT_STYLE.step,
    list: list ?? DEFAULT_STYLE.list,
    blankBetween: entries.length === 1 || /(?:\n|\r(?!\n))[ \t]*(?:\n|\r)/.test(between),
  };
}

/** Offset behind the last line of a block, such as the actions; blank lines and comments further left stay below. */
export function endOfBlock(text: string, actions: YamlMap, nameIndent: number): number {
  const next = nextLineStart(text, actions.to);
  let end = next ?? text.length;
  for (;;) {
    if (end === 0) return end;
    const before = text.charAt(end - 1);
    const from = /[\r\n]/.test(before)
      ? lineStart(text, lineEndBefore(text, end))
      : lineStart(text, end);
    const line = text.slice(from, end).replace(/[\r\n]+$/, '');
    const indent = line.length - line.trimStart().length;
    const skipped = line.trim() === '' || (line.trimStart().startsWith('#') && indent < nameIndent);
    if (!skipped) return end;
    end = from;
  }
}

/** Where the line of the first content behind the actions starts; null at the end of the file. */
function nextLineStart(text: string, offset: number): number | null {
  return offset >= text.length ? null : lineStart(text, offset);
}

function lineEndBefore(text: string, end: number): number {
  return text.charAt(end - 1) === '\n' && text.charAt(end - 2) === '\r' ? end - 2 : end - 1;
}

function actionLines(action: NewAction, style: Style): readonly string[] {
  const pad = (level: number): string => ' '.repeat(style.nameIndent + level * style.step);
  const lines = [
    `${pad(0)}${yamlText(action.name)}:`,
    `${pad(1)}run: ${yamlText(`${action.image} ${action.command}`.trim())}`,
  ];
  if (action.needs.length > 0) {
    if (style.list === 'flow') {
      lines.push(`${pad(1)}needs: [${action.needs.map(yamlText).join(', ')}]`);
    } else {
      const dash = style.list === 'indented' ? pad(2) : pad(1);
      lines.push(`${pad(1)}needs:`, ...action.needs.map((need) => `${dash}- ${yamlText(need)}`));
    }
  }
  lines.push(`${pad(1)}outputs:`);
  for (const tier of TIERS) {
    const outputs = action.outputs.filter((output) => output.tier === tier);
    if (outputs.length === 0) continue;
    lines.push(`${pad(2)}${tier}:`);
    for (const {label, pattern} of outputs) {
      lines.push(`${pad(3)}${yamlText(label)}: ${yamlText(pattern)}`);
    }
  }
  return lines;
}

/** A text as a YAML scalar: plain where that is certain, else quoted. */
function yamlText(value: string): string {
  if (isPlainSafe(value)) return value;
  const singleLine = /^[\x20-\x7e\xa0-\ud7ff]*$/.test(value);
  const quoted = stringify(value, {
    defaultStringType: singleLine ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE',
    doubleQuotedAsJSON: !singleLine,
    lineWidth: 0,
  }).trimEnd();
  if (singleLine) return quoted;
  return quoted.replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
