import {safeStorage} from 'electron';
import * as z from 'zod';
import {tokensOfSession, type GitTokens} from '../ipc/gitTokens';
import {createJsonFile} from './jsonFile';

/** Tokens in a file, encrypted by a key that the system's keychain holds; where it has none, in memory alone. */
export function createKeychainTokens(path: string): GitTokens {
  const session = tokensOfSession();
  const file = createJsonFile<Readonly<Record<string, string>>>(
    path,
    z.record(z.string(), z.string()),
    {},
  );
  const without = (host: string) => (kept: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(kept).filter(([each]) => each !== host));
  return {
    async of(host) {
      const text = (await file.read())[host];
      if (text === undefined || !hasKeychain()) return session.of(host);
      try {
        return {
          token: safeStorage.decryptString(Buffer.from(text, 'base64')),
          keptBy: 'keychain',
        };
      } catch {
        // of another keychain
        return session.of(host);
      }
    },
    async keep(host, token) {
      if (!hasKeychain()) return session.keep(host, token);
      try {
        const text = safeStorage.encryptString(token).toString('base64');
        await file.update((kept) => ({...kept, [host]: text}));
      } catch {
        // it is locked, or the disk is full
        await session.keep(host, token);
      }
    },
    async forget(host) {
      await session.forget(host);
      if (host in (await file.read())) await file.update(without(host));
    },
  };
}

/** On Linux, Electron encrypts with a key that everybody knows where it finds no keychain. */
function hasKeychain(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return (
    process.platform !== 'linux' ||
    /^(?:gnome_libsecret|kwallet)/.test(safeStorage.getSelectedStorageBackend())
  );
}
