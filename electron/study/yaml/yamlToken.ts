/** Kinds of token, in the terms of the YAML specification. */
export const Token = {
  directive: 0,
  documentStart: 1,
  documentEnd: 2,
  streamEnd: 3,
  blockSequenceStart: 4,
  blockMappingStart: 5,
  blockEnd: 6,
  flowSequenceStart: 7,
  flowSequenceEnd: 8,
  flowMappingStart: 9,
  flowMappingEnd: 10,
  blockEntry: 11,
  flowEntry: 12,
  key: 13,
  value: 14,
  alias: 15,
  anchor: 16,
  tag: 17,
  scalar: 18,
} as const;

/** One of the kinds. */
export type TokenKind = (typeof Token)[keyof typeof Token];

/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A directive as scanned. */
export type Directive =
  | {readonly name: 'YAML'; readonly major: number; readonly minor: number}
  | {readonly name: 'TAG'; readonly handle: string; readonly prefix: string}
  | {readonly name: 'other'};

/** A token; offsets are UTF-16, the end exclusive. */
export interface YamlToken {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
  /** Content of a scalar, name of an anchor or alias, suffix of a tag. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** Handle of a tag; null when it is written out or the bare `!`. */
  readonly handle: string | null;
  readonly directive: Directive | null;
}

/** A token without content. */
export function token(kind: TokenKind, from: number, to: number, text = ''): YamlToken {
  return {kind, from, to, text, style: 'plain', handle: null, directive: null};
}

const NAMES: readonly string[] = [
  'a directive',
  'a document start (---)',
  'a document end (...)',
  'the end of the file',
  'a list',
  'a mapping',
  'the end of a block',
  'a [',
  'a ]',
  'a {',
  'a }',
  'a list item (-)',
  'a comma',
  'a key',
  'a colon',
  'an alias (*)',
  'an anchor (&)',
  'a tag (!)',
  'text',
];

/** The kind in words, for messages. */
export function nameOfToken(kind: TokenKind): string {
  return NAMES[kind] ?? 'something else';
}
