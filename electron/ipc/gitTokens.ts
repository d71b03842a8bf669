/** Where a token is kept: by the system's keychain, or in memory until Study Desk closes. */
export type TokenPlace = 'keychain' | 'session';

/** Tokens that git hosts have accepted, each for its host alone. */
export interface GitTokens {
  /** Null where none is kept. */
  of(host: string): Promise<{readonly token: string; readonly keptBy: TokenPlace} | null>;
  keep(host: string, token: string): Promise<void>;
  forget(host: string): Promise<void>;
}

/** Tokens in memory alone. */
export function tokensOfSession(): GitTokens {
  const tokens = new Map<string, string>();
  return {
    async of(host) {
      const token = tokens.get(host);
      return token === undefined ? null : {token, keptBy: 'session'};
    },
    async keep(host, token) {
      tokens.set(host, token);
    },
    async forget(host) {
      tokens.delete(host);
    },
  };
}
