import type {TextCursor} from './textCursor';
import {YamlFault} from './yamlFault';

/** A token that may turn out to be a key once a colon follows on its line. */
export interface SimpleKey {
  /** How many tokens come before it. */
  readonly tokenNumber: number;
  readonly offset: number;
  readonly column: number;
}

interface Candidate extends SimpleKey {
  /** Brackets around it. */
  readonly level: number;
  readonly lineStart: number;
  /** Only a key can be here. */
  readonly required: boolean;
}

/** Longest key without `?`, in characters. */
const LONGEST_KEY = 1024;

/** The possible keys of a scan, at most one for each level of brackets, outermost and oldest first. */
export class SimpleKeys {
  readonly #cursor: TextCursor;
  readonly #candidates: Candidate[] = [];

  constructor(cursor: TextCursor) {
    this.#cursor = cursor;
  }

  save(level: number, tokenNumber: number, required: boolean): void {
    this.drop(level);
    this.#candidates.push({
      level,
      tokenNumber,
      offset: this.#cursor.pos,
      column: this.#cursor.column(),
      lineStart: this.#cursor.lineStart,
      required,
    });
  }

  /** Gives up the candidate of the innermost level; a fault where only a key could be. */
  drop(level: number): void {
    const candidate = this.take(level);
    if (candidate?.required === true) throw missingColon(candidate);
  }

  /** Gives up candidates whose line is over; older ones always are before newer ones. */
  dropStale(): void {
    for (;;) {
      const candidate = this.#candidates[0];
      if (candidate === undefined) return;
      if (
        candidate.lineStart === this.#cursor.lineStart &&
        this.#cursor.pos - candidate.offset <= LONGEST_KEY
      ) {
        return;
      }
      if (candidate.required) throw missingColon(candidate);
      this.#candidates.shift();
    }
  }

  /** The candidate that a colon on the innermost level belongs to, if any; it is one no longer. */
  take(level: number): Candidate | null {
    if (this.#candidates.at(-1)?.level !== level) return null;
    return this.#candidates.pop() ?? null;
  }

  /** Number of the first token that may still become a key; null without any. */
  firstTokenNumber(): number | null {
    return this.#candidates[0]?.tokenNumber ?? null;
  }
}

function missingColon(candidate: SimpleKey): YamlFault {
  return new YamlFault(
    candidate.offset,
    'A colon is missing after this key.',
    'Write `key: value`, or indent the line to make it part of the value above.',
  );
}
