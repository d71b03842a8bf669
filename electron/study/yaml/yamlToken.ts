/** Kinds of token, in the terms of the YAML specification. */
export const Token = {
  documentStart: 0,
  documentEnd: 1,
  streamEnd: 2,
  blockSequenceStart: 3,
  blockMappingStart: 4,
  blockEnd: 5,
  flowSequenceStart: 6,
  flowSequenceEnd: 7,
  flowMappingStart: 8,
  flowMappingEnd: 9,
  blockEntry: 10,
  flowEntry: 11,
  key: 12,
  value: 13,
  alias: 14,
  anchor: 15,
  scalar: 16,
} as const;

/** One of the kinds. */
export type TokenKind = (typeof Token)[keyof typeof Token];

/** How a scalar is written. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A token; offsets are UTF-16, the end exclusive. */
export interface YamlToken {
  readonly kind: TokenKind;
  readonly from: number;
  readonly to: number;
  /** Content of a scalar, name of an anchor or alias. */
  readonly text: string;
  readonly style: ScalarStyle;
}

/** A token without content. */
export function token(kind: TokenKind, from: number, to: number, text = ''): YamlToken {
  return {kind, from, to, text, style: 'plain'};
}

const NAMES: readonly string[] = [
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
  'text',
];

/** The kind in words, for messages. */
export function nameOfToken(kind: TokenKind): string {
  return NAMES[kind] ?? 'something else';
}
