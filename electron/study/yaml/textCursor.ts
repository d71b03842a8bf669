import {BYTE_ORDER_MARK, CR, LF, isBreak} from './characters';

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/**
 * A place in a text that only moves forward, with the line and column the reference's reader
 * would give it: only LF, CR and CRLF start a line, byte order marks take no column,
 * characters count as code points.
 */
export class TextCursor {
  /** The text with NUL behind it. */
  readonly text: string;
  pos = 0;
  /** Where the current line starts; also its identity. */
  lineStart = 0;
  readonly #wide: boolean;
  /** Units up to `#counted` that take no index or no column. */
  #counted = 0;
  #extraUnits = 0;
  #extraOnLine = 0;

  constructor(text: string) {
    this.text = `${text}\0`;
    this.#wide = /[\ud800-\udbff\ufeff]/.test(text);
  }

  /** Code unit at `pos + ahead`; NUL at and behind the end. */
  peek(ahead = 0): number {
    const at = this.pos + ahead;
    return at < this.text.length ? this.text.charCodeAt(at) : 0;
  }

  /** Column from 0. */
  column(): number {
    if (this.#wide) this.#count();
    return this.pos - this.lineStart - this.#extraOnLine;
  }

  /** Characters before this place. */
  index(): number {
    if (this.#wide) this.#count();
    return this.pos - this.#extraUnits;
  }

  /** Moves over units that are known to hold no line break. */
  forward(units: number): void {
    this.pos += units;
  }

  /** Moves over one unit of any kind. */
  forwardOne(): void {
    const unit = this.peek();
    if (this.#wide) this.#count();
    this.pos += 1;
    if (unit === LF || (unit === CR && this.peek() !== LF)) this.#startLine();
  }

  /** Moves over a line break and gives its value: LF for CRLF, CR, LF and NEL; empty where there is none. */
  lineBreak(): string {
    const unit = this.peek();
    if (!isBreak(unit)) return '';
    if (unit === CR && this.peek(1) === LF) this.forwardOne();
    this.forwardOne();
    return unit === 0x2028 || unit === 0x2029 ? String.fromCharCode(unit) : '\n';
  }

  #startLine(): void {
    if (this.#wide) this.#count();
    this.lineStart = this.pos;
    this.#extraOnLine = 0;
  }

  #count(): void {
    for (; this.#counted < this.pos; this.#counted += 1) {
      const unit = this.text.charCodeAt(this.#counted);
      if (isHighSurrogate(unit)) {
        this.#extraUnits += 1;
        this.#extraOnLine += 1;
      } else if (unit === BYTE_ORDER_MARK) {
        this.#extraOnLine += 1;
      }
    }
  }
}
