import {existsSync} from 'node:fs';
import path from 'node:path';
import {appError, failWith, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {cloneRepository, type Cloned, type CloneProgress} from '../../git/cloneRepository';
import {isThisComputer} from '../../git/guardedHttp';
import {ownGit} from '../../git/ownGit';

/** How a clone is made. */
export interface CloneWay {
  /** For private repositories; null where the user gave none. */
  readonly token: string | null;
  readonly proxy: string | null;
  readonly onProgress: (progress: CloneProgress) => void;
  readonly signal: AbortSignal;
}

/** An address of a repository. */
type Address =
  | {readonly kind: 'http'; readonly url: string; readonly name: string}
  /** ssh, and folders of this computer: the user's own git gets these. */
  | {readonly kind: 'git'; readonly url: string; readonly name: string};

/** Understands an address; one with a name or password in it is refused, and shown without. */
export function readAddress(text: string): Result<Address, AppError> {
  const name = /([^/\\:]+?)(?:\.git)?[/\\]*$/.exec(text)?.[1] ?? '';
  if (text.startsWith('-') || name === '' || name === '.' || name === '..' || /\0|\n/.test(text))
    return failWith('invalid-request', `"${text}" is no address of a repository.`, {
      hint: 'Give one such as https://github.com/opensafely/NAME.',
    });
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined)
    // a plain path, or `user@host:path`; git's own helpers (`ext::…`) would run programs
    return /^[\w+.-]{2,}::/.test(text)
      ? failWith('invalid-request', 'Addresses that run a program are not cloned.')
      : ok({kind: 'git', url: existsSync(text) ? path.resolve(text) : text, name});
  if (scheme === 'ssh' || scheme === 'file') return ok({kind: 'git', url: text, name});
  const url = parsed(text);
  if (url === null || (scheme !== 'https' && scheme !== 'http'))
    return failWith('invalid-request', `An address that begins with ${scheme}:// is not cloned.`, {
      hint: 'Give one that begins with https://.',
    });
  if (url.username !== '' || url.password !== '')
    return failWith('invalid-request', `The address of ${url.host} holds a name or a password.`, {
      why: 'It would be written into the repository and shown wherever the address is.',
      hint: 'Leave it out, and give the token by itself.',
      wantsToken: true,
    });
  if (scheme === 'http' && !isThisComputer(url))
    return failWith(
      'invalid-request',
      `${url.host} is to be asked over http, which anybody on the way can read.`,
      {
        hint: 'Give the address that begins with https://.',
      },
    );
  return ok({kind: 'http', url: text.replace(/\/+$/, ''), name});
}

function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Clones a repository into an empty folder. */
export async function cloneInto(
  address: Address,
  folder: string,
  {token, proxy, onProgress, signal}: CloneWay,
): Promise<Result<Cloned, AppError>> {
  if (address.kind === 'http')
    return cloneRepository({url: address.url, target: folder, token, proxy}, onProgress, signal);
  const made = await ownGit(
    path.dirname(folder),
    ['clone', '--quiet', '--no-hardlinks', '--', address.url, folder],
    null,
    signal,
  );
  if (!made.ok) {
    const {kind, message, why, ...more} = made.error;
    if (kind === 'cancelled') return err(appError(kind, 'The clone was stopped.'));
    const cause = kind === 'not-found' ? message : why;
    return err({
      ...more,
      kind,
      message: `${address.url} could not be cloned.`,
      ...(cause && {why: cause}),
    });
  }
  const [branch, commit] = await Promise.all([
    ownGit(folder, ['branch', '--show-current']),
    ownGit(folder, ['rev-parse', '--verify', '--quiet', 'HEAD']),
  ]);
  return ok({
    branch: branch.ok && branch.value !== '' ? branch.value : null,
    commit: commit.ok ? commit.value : null,
    notices: ['It was cloned by your own git.'],
  });
}
