import {YamlScanner} from './yamlScanner';
import type {TokenKind, YamlToken} from './yamlToken';

/** The tokens of a text as the composer takes them. */
export class TokenReader {
  readonly #scanner: YamlScanner;
  /** Where the token ends that was taken last. */
  end = 0;

  constructor(text: string) {
    this.#scanner = new YamlScanner(text);
  }

  peek(): YamlToken {
    return this.#scanner.peek();
  }

  is(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  isOneOf(kinds: readonly TokenKind[]): boolean {
    return kinds.includes(this.peek().kind);
  }

  take(): YamlToken {
    const next = this.peek();
    this.skip();
    return next;
  }

  skip(): void {
    this.end = this.peek().to;
    this.#scanner.skip();
  }
}
