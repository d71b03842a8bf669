import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {CodelistFind, CodelistFinds, CodelistWarning} from '../../shared/codelist';
import {contentIfThere} from './codelistFolder';
import {codesOf, readList, recordsOf, type CodeList} from './listText';
import {hashOf} from './manifest';
import {contentWarnings} from './meaning';

/** What is known of a list without its rows. */
export interface KnownList extends Omit<CodeList, 'rows'> {
  readonly hash: string;
  /** Different codes. */
  readonly codes: number;
  readonly warnings: readonly CodelistWarning[];
  readonly text: string;
}

/** A list that is read: its study-relative path, and what its system may be told by, its id or its path. */
export interface NamedFile {
  readonly file: string;
  readonly name: string;
}

interface Kept {
  readonly stamp: string;
  readonly known: KnownList;
  /** Its text for searching, without upper case. */
  readonly lower: string;
  /** How often its beginning has each character, by the last eight bits of that. */
  readonly counts: Uint32Array;
}

/** Finds that are shown at once. */
const MOST_FINDS = 100;

/** The lists of a study as they were last read, so that only what has changed since is read again. */
export class ListMemory {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly studyDir: string) {}

  /** A list as it is now; null where it is not there or can’t be read. */
  async read({file, name}: NamedFile): Promise<KnownList | null> {
    const path = join(this.studyDir, file);
    const stats = await stat(path).catch(() => null);
    if (stats === null) return null;
    const stamp = [name, stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino].join(' ');
    const kept = this.#kept.get(file);
    if (kept?.stamp === stamp) return kept.known;
    const content = await contentIfThere(path).catch(() => null);
    if (content === null) return null;
    const text = content.toString('utf8');
    const {rows, ...list} = readList(text, name);
    const warnings = contentWarnings({...list, rows});
    const known = {...list, text, hash: hashOf(content), codes: codesOf(rows).size, warnings};
    const lower = text.toLowerCase();
    this.#kept.set(file, {stamp, known, lower, counts: countsOf(lower)});
    return known;
  }

  /** The rows of these lists, as they were last read, that hold a text, in capitals or not; the first ones where there are many. */
  search(files: readonly NamedFile[], text: string): CodelistFinds {
    const wanted = text.toLowerCase();
    const finds: CodelistFind[] = [];
    for (const {file} of files) {
      const kept = this.#kept.get(file);
      if (kept === undefined) continue;
      for (const find of findsIn(file, kept, wanted)) {
        if (finds.length === MOST_FINDS) return {finds, more: true};
        finds.push(find);
      }
    }
    return {finds, more: false};
  }
}

/** Rows, after the names of the columns, that hold the text. */
function* findsIn(file: string, kept: Kept, wanted: string): Generator<CodelistFind> {
  const {known, lower} = kept;
  // a few letters change their length with their case
  const text = lower.length === known.text.length ? known.text : lower;
  const [codeAt, termAt] = [known.codeColumn, known.termColumn].map((column) =>
    column === null ? -1 : known.columns.indexOf(column),
  );
  let [line, counted] = [1, 0];
  let at = placeOf(wanted, kept, Math.max(0, text.indexOf('\n')));
  while (at >= 0) {
    const from = text.lastIndexOf('\n', at) + 1;
    const end = text.indexOf('\n', at);
    const to = end < 0 ? text.length : end;
    for (; counted < from; line += 1) counted = text.indexOf('\n', counted) + 1;
    const fields = recordsOf(text.slice(from, to)).next().value?.fields ?? [];
    yield {
      ...{file, line},
      code: (fields[codeAt ?? -1] ?? '').trim(),
      term: (fields[termAt ?? -1] ?? fields.join(' ')).trim(),
    };
    at = end < 0 ? -1 : placeOf(wanted, kept, to);
  }
}

/** Characters of a list that are counted. */
const COUNTED = 4096;

function countsOf(text: string): Uint32Array {
  const counts = new Uint32Array(256);
  for (let at = 0; at < Math.min(text.length, COUNTED); at += 1) {
    const character = text.charCodeAt(at) & 255;
    counts[character] = (counts[character] ?? 0) + 1;
  }
  return counts;
}

/**
 * Where a list holds a text, from a place on; -1 where it does not. Looked for by the few characters from its rarest one on: that is
 * up to ten times as fast as by its first, which may be one that every code begins with.
 */
function placeOf(wanted: string, {lower, counts}: Kept, from: number): number {
  let rarest = 0;
  const countAt = (at: number): number => counts[wanted.charCodeAt(at) & 255] ?? 0;
  for (let at = 1; at < wanted.length; at += 1) if (countAt(at) < countAt(rarest)) rarest = at;
  const part = wanted.slice(rarest, rarest + 4);
  let at = lower.indexOf(part, from + rarest);
  while (at >= 0 && !lower.startsWith(wanted, at - rarest)) at = lower.indexOf(part, at + 1);
  return at < 0 ? -1 : at - rarest;
}
