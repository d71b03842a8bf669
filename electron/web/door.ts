import {createHash, randomBytes} from 'node:crypto';

/** How long a token works after it was printed, in milliseconds. */
const TOKEN_MS = 10 * 60_000;
/** Tokens that are out at a time; the oldest gives way. */
const MOST_TOKENS = 100;
/** Sessions at a time; the oldest gives way. */
const MOST_SESSIONS = 256;

/** Who may come in: tokens that work once, and the secrets that they are exchanged for. */
export type Door = ReturnType<typeof createDoor>;

/** Keeps digests only, which are looked up whole, so that neither time nor memory tells a secret. */
export function createDoor(now: () => number) {
  const tokens = new Map<string, number>();
  const sessions = new Set<string>();

  return {
    /** A token of 256 bits, printed once. */
    newToken(): string {
      for (const [digest, until] of tokens) if (until <= now()) tokens.delete(digest);
      const token = randomBytes(32).toString('base64url');
      tokens.set(digestOf(token), now() + TOKEN_MS);
      dropOldest(tokens, MOST_TOKENS);
      return token;
    },
    /** The secret of a new session; null for a token that is unknown, used or too old. */
    exchange(token: string): string | null {
      const digest = digestOf(token);
      const until = tokens.get(digest);
      tokens.delete(digest);
      if (until === undefined || until <= now()) return null;
      const secret = randomBytes(32).toString('base64url');
      sessions.add(digestOf(secret));
      dropOldest(sessions, MOST_SESSIONS);
      return secret;
    },
    /** The session's name by its secret; null for one that is not known. */
    sessionOf(secret: string): string | null {
      const digest = digestOf(secret);
      return sessions.has(digest) ? digest : null;
    },
  };
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function dropOldest(kept: Map<string, number> | Set<string>, most: number): void {
  for (const digest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(digest);
  }
}
