import type {MeantNames} from '../../shared/failure';

/** A text with a name replaced, and in how many places. */
export interface Replaced {
  readonly text: string;
  readonly places: number;
}

/**
 * Puts another name in place of one that is not there. Of a column or a file those in quotes, or whole words where none is;
 * of a name in the code whole words that are not in quotes by themselves. Comments count: the preview shows them.
 */
export function replaceName(
  text: string,
  path: string,
  {kind, name}: Pick<MeantNames, 'kind' | 'name'>,
  other: string,
): Replaced {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // in R a dot is part of a name
  const part = kind === 'file' ? '[\\w./-]' : /\.r$/i.test(path) ? '[\\w.]' : '\\w';
  const quoted = new RegExp(`(?<=(["'\`]))${escaped}(?=\\1)`, 'g');
  const words = new RegExp(`(?<!${part})${escaped}(?!${part})`, 'g');
  const inQuotes = new Set([...text.matchAll(quoted)].map(({index}) => index));
  const places = [...text.matchAll(words)].filter(({index}) =>
    kind === 'name' ? !inQuotes.has(index) : inQuotes.size === 0 || inQuotes.has(index),
  );
  const at = new Set(places.map(({index}) => index));
  return {
    text: text.replace(words, (found, ...[index]) => (at.has(Number(index)) ? other : found)),
    places: places.length,
  };
}
