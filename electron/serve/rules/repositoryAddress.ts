import {isAbsolute} from 'node:path';
import {err, ok, type Result} from '../../../shared/result';
import type {Refusal} from './messages';

/** Where a study's code is, once it is known that it may be used. */
export type RepositoryAddress =
  | {readonly kind: 'github'; readonly owner: string; readonly name: string}
  /** A repository on this computer; only with an explicit setting. */
  | {readonly kind: 'local'; readonly path: string};

/**
 * Reads the address of a repository: https, exactly `github.com`, two plain segments, an allowed owner, nothing else. Whatever is
 * not that is refused before anything is asked of anybody, so that the token never goes elsewhere.
 */
export function readRepositoryAddress(
  repo: string,
  allowedOrgs: readonly string[],
  allowLocal: boolean,
): Result<RepositoryAddress, Refusal> {
  if (allowLocal && isAbsolute(repo)) return ok({kind: 'local', path: repo});
  // by its text: parsing it as an address would repair what must be refused
  const [, owner, name] =
    /^https:\/\/github\.com\/([A-Za-z0-9][A-Za-z0-9-]*)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(
      repo,
    ) ?? [];
  if (owner === undefined || name === undefined || /^\.+$/.test(name))
    return err({kind: 'repo-not-allowed', repo});
  // names of owners are the same in upper and lower case there
  const allowed = allowedOrgs.some((org) => org.toLowerCase() === owner.toLowerCase());
  return allowed ? ok({kind: 'github', owner, name}) : err({kind: 'repo-not-allowed', repo});
}

/** A branch that can be asked for as `refs/heads/<branch>`, by git's own rules of names; slashes may be in it. */
export function isBranchName(branch: string): boolean {
  return (
    /^[^\s~^:?*[\\\p{Cc}]{1,250}$/u.test(branch) &&
    !branch.startsWith('-') &&
    !branch.startsWith('refs/') &&
    !branch.includes('..') &&
    !branch.includes('@{') &&
    branch !== '@' &&
    branch
      .split('/')
      .every((part) => part !== '' && !part.startsWith('.') && !/\.(lock)?$/.test(part))
  );
}

/** An address by its text, from `base` where it is no whole one; null for what is none. */
export function readAddress(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
