import type {QuickFix} from '../../shared/problem';
import type {PlacedText} from './draftAction';
import {isPlainSafe, lineStart, replaceScalar} from './quickFixes';
import {readYaml} from './yaml/readYaml';
import type {YamlMap, YamlValue} from './yaml/yamlValue';

/**
 * Changes of one action in a project.yaml that can be read, in the way it is written. Each is null where it is not certain
 * to mean the same to every reader (braces, merged keys, aliases, names that would need quotes).
 */
export interface ActionEdits {
  /** Adds an action to another's `needs`. */
  addNeed(action: string, need: string): QuickFix | null;
  /** Takes an action out of another's `needs`. */
  removeNeed(action: string, need: string): QuickFix | null;
  /** Gives an output of an action another path. */
  changeOutput(action: string, pattern: string, path: string): QuickFix | null;
}

/** The changes of a text, which is taken apart once, when the first of them is asked for. */
export function actionEdits(text: string): ActionEdits {
  let actions: YamlValue | null | undefined;
  const mapOf = (action: string): YamlMap | null => {
    if (actions === undefined) {
      const {root} = readYaml(text);
      actions = root?.kind === 'map' ? valueAt(root, 'actions') : null;
    }
    return actions?.kind === 'map' ? plainAction(text, actions, action) : null;
  };
  return {
    addNeed: (action, need) => addNeed(text, mapOf(action), action, need),
    removeNeed: (action, need) => removeNeed(text, mapOf(action), action, need),
    changeOutput: (action, pattern, path) => changeOutput(text, mapOf(action), pattern, path),
  };
}

/** The mapping of an action; null where it is written in braces, or by an alias. */
export function plainAction(text: string, actions: YamlMap, action: string): YamlMap | null {
  const entry = actions.entries.get(`t${action}`);
  if (entry?.value.kind !== 'map' || entry.merged) return null;
  const {from} = entry.value;
  return text.charAt(from) !== '{' && from > entry.key.from ? entry.value : null;
}

function valueAt(map: YamlMap, key: string): YamlValue | null {
  const entry = map.entries.get(`t${key}`);
  return entry === undefined || entry.merged ? null : entry.value;
}

function addNeed(text: string, map: YamlMap | null, action: string, need: string): QuickFix | null {
  if (map === null || !isPlainSafe(need)) return null;
  const title = `Add \`${need}\` to the needs of \`${action}\``;
  const entry = map.entries.get('tneeds');
  if (entry === undefined) return {title, edits: [newNeeds(text, map, need)]};
  const {value} = entry;
  if (entry.merged || value.kind !== 'list') return null;
  const last = value.items.at(-1);
  if (text.charAt(value.from) === '[') {
    const at = last === undefined ? value.from + 1 : last.to;
    return {title, edits: [{from: at, to: at, insert: last === undefined ? need : `, ${need}`}]};
  }
  if (last === undefined) return null;
  const from = lineStart(text, last.from);
  const dash = /^[ \t]*-[ \t]+/.exec(text.slice(from, last.from))?.[0];
  if (dash === undefined || from + dash.length !== last.from) return null;
  const lineEnd = /\r\n|\r|\n/.exec(text.slice(last.to));
  const at = lineEnd === null ? text.length : last.to + lineEnd.index;
  // what follows the last need is a comment at most
  if (!/^[ \t]*(?:#.*)?$/.test(text.slice(last.to, at))) return null;
  return {title, edits: [{from: at, to: at, insert: `${lineEnd?.[0] ?? '\n'}${dash}${need}`}]};
}

/** A line `needs:` before the outputs, or as the first of the action. */
function newNeeds(text: string, map: YamlMap, need: string): QuickFix['edits'][number] {
  const before = map.entries.get('toutputs')?.key.from ?? map.from;
  const from = lineStart(text, before);
  const indent = text.slice(from, before);
  const lineEnd = /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
  return {from: before, to: before, insert: `needs: [${need}]${lineEnd}${indent}`};
}

function removeNeed(
  text: string,
  map: YamlMap | null,
  action: string,
  need: string,
): QuickFix | null {
  const value = map === null ? null : valueAt(map, 'needs');
  if (value?.kind !== 'list') return null;
  const named = value.items.filter((item) => item.kind === 'text' && item.text === need);
  const [item] = named;
  if (item === undefined || named.length > 1) return null;
  const title = `Remove \`${need}\` from the needs of \`${action}\``;
  if (value.items.length === 1) return withoutNeeds(text, map, title);
  const edit = withoutItem(text, item);
  return edit === null ? null : {title, edits: [edit]};
}

/** The line of `needs` as a whole, where it holds nothing else. */
function withoutNeeds(text: string, map: YamlMap | null, title: string): QuickFix | null {
  const entry = map?.entries.get('tneeds');
  if (entry === undefined) return null;
  const from = lineStart(text, entry.key.from);
  // a block ends where the next one begins, which may be lines further on
  const to =
    entry.value.kind === 'list' && text.charAt(entry.value.from) !== '['
      ? (entry.value.items.at(-1)?.to ?? entry.value.to)
      : entry.value.to;
  const rest = text.slice(to);
  const after = /^[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)/.exec(rest)?.[0];
  if (after === undefined || text.slice(from, entry.key.from).trim() !== '') return null;
  return {title, edits: [{from, to: to + after.length, insert: ''}]};
}

/** Takes out one of several items: with its comma in brackets, with its line under a dash; null where neither fits. */
export function withoutItem(
  text: string,
  item: Pick<PlacedText, 'from' | 'to'>,
): QuickFix['edits'][number] | null {
  const before = /,[ \t]*$/.exec(text.slice(Math.max(0, item.from - 200), item.from))?.[0];
  if (before !== undefined) return {from: item.from - before.length, to: item.to, insert: ''};
  const comma = /^[ \t]*,[ \t]*/.exec(text.slice(item.to, item.to + 200))?.[0];
  if (comma !== undefined) return {from: item.from, to: item.to + comma.length, insert: ''};
  const from = lineStart(text, item.from);
  const after = /^[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)/.exec(
    text.slice(item.to, item.to + 2000),
  )?.[0];
  if (after === undefined || !/^[ \t]*-[ \t]+$/.test(text.slice(from, item.from))) return null;
  return {from, to: item.to + after.length, insert: ''};
}

function changeOutput(
  text: string,
  map: YamlMap | null,
  pattern: string,
  path: string,
): QuickFix | null {
  const outputs = map === null ? null : valueAt(map, 'outputs');
  if (outputs?.kind !== 'map') return null;
  const places = [...outputs.entries.values()]
    .flatMap(({value}) => (value.kind === 'map' ? [...value.entries.values()] : []))
    .map(({value}) => value)
    .filter((value) => value.kind === 'text' && value.text === pattern);
  const [place] = places;
  if (place === undefined || places.length > 1) return null;
  return replaceScalar(text, place, pattern, path, `Change the output to \`${path}\``);
}
