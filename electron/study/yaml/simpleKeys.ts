import type {TextCursor} from './textCursor';
import {YamlFault} from './yamlFault';

/** A token that may turn out to be a key once a colon follows on its line. */
export interface SimpleKey {
  /** Its place among the tokens. */
  readonly tokenNumber: number;
  readonly offset: number;
  readonly column: number;
}

interface Candidate extends SimpleKey {
  readonly index: number;
  readonly lineStart: number;
  /** Stands where only a key can. */
  readonly required: boolean;
}

/** Longest key without `?`, in characters. */
const LONGEST_KEY = 1024;

/** The possible keys of a scan, one for each level of brackets. */
export class SimpleKeys {
  readonly #cursor: TextCursor;
  readonly #candidates: (Candidate | undefined)[] = [];

  constructor(cursor: TextCursor) {
    this.#cursor = cursor;
  }

  save(level: number, tokenNumber: number, required: boolean): void {
    this.drop(level);
    this.#candidates[level] = {
      tokenNumber,
      offset: this.#cursor.pos,
      column: this.#cursor.column(),
      index: this.#cursor.index(),
      lineStart: this.#cursor.lineStart,
      required,
    };
  }

  /** Gives up the candidate of a level; a fault where only a key could stand. */
  drop(level: number): void {
    const candidate = this.#candidates[level];
    if (candidate === undefined) return;
    if (candidate.required) throw missingColon(candidate);
    this.#candidates[level] = undefined;
  }

  /** Gives up the outermost candidate when its line is over; the others are looked at when taken. */
  dropStale(): void {
    const candidate = this.#candidates[0];
    if (candidate !== undefined && this.#isStale(candidate)) this.drop(0);
  }

  /** The candidate that a colon here belongs to, if any. */
  take(level: number): SimpleKey | null {
    const candidate = this.#candidates[level];
    this.#candidates[level] = undefined;
    return candidate === undefined || this.#isStale(candidate) ? null : candidate;
  }

  #isStale(candidate: Candidate): boolean {
    return (
      candidate.lineStart !== this.#cursor.lineStart ||
      this.#cursor.index() - candidate.index > LONGEST_KEY
    );
  }
}

function missingColon(candidate: Candidate): YamlFault {
  return new YamlFault(
    candidate.offset,
    'A colon is missing: this line is neither a key nor part of a value.',
    'Write `key: value`, or indent the line to make it part of the value above.',
  );
}
