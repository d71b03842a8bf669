import {CR, LF, isBreak} from './characters';

/** A place in a text that only moves forward, with its line and column: only LF, CR and CRLF start a line. */
export class TextCursor {
  /** The text with NUL behind it. */
  readonly text: string;
  pos = 0;
  /** Where the current line starts; also its identity. */
  lineStart = 0;

  constructor(text: string) {
    this.text = `${text}\0`;
  }

  /** Code unit at `pos + ahead`; NUL at and behind the end. */
  peek(ahead = 0): number {
    const at = this.pos + ahead;
    return at < this.text.length ? this.text.charCodeAt(at) : 0;
  }

  /** Column from 0. */
  column(): number {
    return this.pos - this.lineStart;
  }

  /** Moves over units that are known to hold no line break. */
  forward(units: number): void {
    this.pos += units;
  }

  /** Moves over one unit of any kind. */
  forwardOne(): void {
    const unit = this.peek();
    this.pos += 1;
    if (unit === LF || (unit === CR && this.peek() !== LF)) this.lineStart = this.pos;
  }

  /** Moves over the byte order mark at the start, which takes no column. */
  skipByteOrderMark(): void {
    this.pos += 1;
    this.lineStart = this.pos;
  }

  /** Moves over a line break and gives its value: LF for CRLF, CR, LF and NEL; empty where there is none. */
  lineBreak(): string {
    const unit = this.peek();
    if (!isBreak(unit)) return '';
    if (unit === CR && this.peek(1) === LF) this.forwardOne();
    this.forwardOne();
    return unit === 0x2028 || unit === 0x2029 ? String.fromCharCode(unit) : '\n';
  }
}
