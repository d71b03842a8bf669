import type {ScalarTag} from './resolveScalar';
import {YamlFault} from './yamlFault';
import type {YamlToken} from './yamlToken';

/** What a tag asks for; `none` without a tag, `bare` for a lone `!`. */
export type KnownTag =
  | Exclude<ScalarTag, 'merge' | 'value'>
  | 'none'
  | 'bare'
  | 'list'
  | 'map'
  | 'set'
  | 'pairs'
  | 'ordered';

/** The handles that tags may begin with. */
export class TagHandles {
  readonly #declared = new Set<string>();

  /** False when the handle is there already. */
  add(handle: string): boolean {
    if (this.#declared.has(handle)) return false;
    this.#declared.add(handle);
    return true;
  }

  has(handle: string): boolean {
    return handle === '!' || handle === '!!' || this.#declared.has(handle);
  }
}

const CORE = 'tag:yaml.org,2002:';
const CORE_TAGS: Readonly<Record<string, KnownTag>> = {
  null: 'null',
  bool: 'boolean',
  int: 'integer',
  float: 'float',
  binary: 'binary',
  timestamp: 'date',
  omap: 'ordered',
  pairs: 'pairs',
  set: 'set',
  str: 'text',
  seq: 'list',
  map: 'map',
};

/** The meaning of a tag token; a fault where its handle is not declared. */
export function tagOf(tag: YamlToken, handles: TagHandles): KnownTag {
  if (tag.handle === null) {
    if (tag.text === '!') return 'bare';
    return (tag.text.startsWith(CORE) ? CORE_TAGS[tag.text.slice(CORE.length)] : null) ?? 'unknown';
  }
  if (!handles.has(tag.handle)) {
    throw new YamlFault(
      tag.from,
      `The tag handle ${tag.handle} is not declared.`,
      'Put quotes around text that begins with !.',
    );
  }
  return (tag.handle === '!!' ? CORE_TAGS[tag.text] : null) ?? 'unknown';
}
