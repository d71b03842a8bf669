import type {Span} from '../../shared/problem';
import type {Place} from './yaml/yamlValue';

/** Lines and columns of offsets in a text; lines end with LF, CR or CRLF, as in editors. */
export class LineIndex {
  readonly #starts: number[] = [0];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === 0x0a || (unit === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) {
        this.#starts.push(at + 1);
      }
    }
  }

  /** The place as lines and columns from 1; an empty place covers one column. */
  span({from, to}: Place): Span {
    const end = Math.max(to, from + 1);
    const line = this.#lineOf(from);
    const endLine = this.#lineOf(Math.min(end, this.#text.length));
    return {
      line,
      column: from - this.startOf(line) + 1,
      endLine,
      endColumn: Math.min(end, this.#text.length + 1) - this.startOf(endLine) + 1,
    };
  }

  /** Offset at which a line (from 1) starts. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? this.#text.length;
  }

  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}
