import {token, Token, type YamlToken} from './yamlToken';

/** Tokens taken before room is made at the front. */
const ROOM = 1024;

/** Tokens between scanner and composer; keys are put before tokens that wait already. */
export class TokenQueue {
  #waiting: YamlToken[] = [];
  #front = 0;
  #taken = 0;

  /** Tokens ever put in at the end or before others. */
  get count(): number {
    return this.#taken + this.#waiting.length - this.#front;
  }

  /** Tokens taken out. */
  get taken(): number {
    return this.#taken;
  }

  /** The next token; undefined while none waits. */
  get next(): YamlToken | undefined {
    return this.#waiting[this.#front];
  }

  push(added: YamlToken): void {
    this.#waiting.push(added);
  }

  /** Makes the token with this number the key that it turned out to be. */
  insertKey(tokenNumber: number, offset: number, opensMapping: boolean): void {
    const at = tokenNumber - this.#taken + this.#front;
    const key = token(Token.key, offset, offset);
    if (opensMapping)
      this.#waiting.splice(at, 0, token(Token.blockMappingStart, offset, offset), key);
    else this.#waiting.splice(at, 0, key);
  }

  take(): void {
    this.#front += 1;
    this.#taken += 1;
    if (this.#front < ROOM) return;
    this.#waiting = this.#waiting.slice(this.#front);
    this.#front = 0;
  }
}
