import git from 'isomorphic-git';
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import {type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {readJson} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';
import {usesDatabase} from '../study/buildAction';
import {RUNTIME_NAMES} from '../study/knownImages';
import {tokenise} from '../study/tokenise';
import {readYaml} from '../study/yaml/readYaml';
import {
  fetchMain,
  gitdirInFolder,
  isNoSuchRepository,
  isPartOfMain,
  localCommit,
  parseBase,
  remoteCommit,
} from './actionSource';
import {checkOutCommit} from './checkOutCommit';
import {gitFiles} from './repositoryFiles';
import type {ActionPlaces, ResolvedAction} from './reusableActions';

/** The version tags of one action that were found before, and their approved commits. */
const knownVersions = z.record(z.string(), z.string());
type KnownVersions = z.infer<typeof knownVersions>;

interface Found {
  readonly gitdir: string;
  readonly repoUrl: string;
  readonly commit: string;
  readonly fromCache: boolean;
}

/** `ReusableActions.resolve` for the actions below a base. */
export async function resolveAction(
  places: ActionPlaces,
  imageToken: string,
  signal: AbortSignal,
  asksHost: boolean,
): Promise<Result<ResolvedAction, AppError>> {
  const {cacheDir} = places;
  const base = parseBase(places.base);
  const version = versionOf(imageToken);
  if (version === null) return badToken(imageToken);
  const {name, tag} = version;
  try {
    const found =
      base.kind === 'folder'
        ? await findInFolder(base.dir, name, tag)
        : asksHost
          ? await findRemote(base.url, places, name, tag, signal)
          : await findFetched(base.url, cacheDir, name, tag);
    if (!found.ok) return found;
    const {gitdir, repoUrl, commit, fromCache} = found.value;
    const command = await actionCommand(gitdir, commit, name);
    if (!command.ok) return command;
    const codeDir = path.join(cacheDir, 'checkouts', `${name}-${commit}`);
    await mkdir(path.dirname(codeDir), {recursive: true, mode: 0o700});
    await checkOutCommit(gitdir, commit, codeDir);
    return ok({commit, repoUrl, runArgv: command.value, codeDir, fromCache});
  } catch (error) {
    if (signal.aborted) return failWith('cancelled', `Looking for ${name} was stopped.`);
    return notReached(name, error instanceof Error ? error.message : String(error));
  }
}

/** `ReusableActions.imageHere` for the actions below a base. */
export async function imageOfActionHere(
  places: ActionPlaces,
  imageToken: string,
): Promise<string | null> {
  const base = parseBase(places.base);
  const version = versionOf(imageToken);
  if (version === null) return null;
  const {name, tag} = version;
  const found =
    base.kind === 'folder'
      ? await findInFolder(base.dir, name, tag).catch(() => null)
      : await findInCache(places.cacheDir, name, tag);
  if (found?.ok !== true) return null;
  const command = await actionCommand(found.value.gitdir, found.value.commit, name);
  return command.ok ? (command.value[0] ?? null) : null;
}

/** The name and version in the first word of a run line; null where it has another form. */
function versionOf(imageToken: string): {readonly name: string; readonly tag: string} | null {
  const [, name, tag] = /^([A-Za-z0-9][A-Za-z0-9._-]*):([^:/]+)$/.exec(imageToken) ?? [];
  return name === undefined || tag === undefined ? null : {name, tag};
}

async function findInFolder(
  dir: string,
  name: string,
  tag: string,
): Promise<Result<Found, AppError>> {
  const gitdir = gitdirInFolder(dir, name);
  if (gitdir === null) return noRepository(name, `${dir} has no repository ${name}.git`);
  const commit = await localCommit(gitdir, tag);
  if (commit === null) return noVersion(name, tag);
  if (!(await isPartOfMain(gitdir, commit))) return notApproved(name, tag);
  return ok({gitdir, repoUrl: gitdir, commit, fromCache: false});
}

/** Asks the host for the version's commit, fetches what is missing, and falls back on what was fetched before. */
async function findRemote(
  baseUrl: string,
  {cacheDir, proxy: proxyOf}: ActionPlaces,
  name: string,
  tag: string,
  signal: AbortSignal,
): Promise<Result<Found, AppError>> {
  const repoUrl = `${baseUrl}${name}`;
  const proxy = proxyOf?.() ?? null;
  const {gitdir, versionsFile} = placesInCache(cacheDir, name);
  const known = await readVersions(versionsFile);
  try {
    const commit = await remoteCommit(repoUrl, tag, signal, proxy);
    if (commit === null) return noVersion(name, tag);
    if (!Object.values(known).includes(commit)) {
      await mkdir(gitdir, {recursive: true, mode: 0o700});
      await fetchMain(repoUrl, gitdir, signal, proxy);
      if (!(await isPartOfMain(gitdir, commit))) return notApproved(name, tag);
    }
    if (known[tag] !== commit) {
      await writeFileAtomically(versionsFile, JSON.stringify({...known, [tag]: commit}));
    }
    return ok({gitdir, repoUrl, commit, fromCache: false});
  } catch (error) {
    const commit = known[tag];
    if (signal.aborted) throw error;
    if (isNoSuchRepository(error)) return noRepository(name, String(error));
    if (commit === undefined) throw error;
    return ok({gitdir, repoUrl, commit, fromCache: true});
  }
}

/** What was fetched before of one version. */
/** As `findRemote`, without asking the host. */
async function findFetched(
  baseUrl: string,
  cacheDir: string,
  name: string,
  tag: string,
): Promise<Result<Found, AppError>> {
  const found = await findInCache(cacheDir, name, tag);
  return found.ok
    ? ok({...found.value, repoUrl: `${baseUrl}${name}`, fromCache: true})
    : notReached(name, 'Nothing is to be downloaded, and no copy of it is on this computer');
}

async function findInCache(
  cacheDir: string,
  name: string,
  tag: string,
): Promise<Result<Pick<Found, 'gitdir' | 'commit'>, null>> {
  const {gitdir, versionsFile} = placesInCache(cacheDir, name);
  const commit = (await readVersions(versionsFile))[tag];
  return commit === undefined ? err(null) : ok({gitdir, commit});
}

function placesInCache(
  cacheDir: string,
  name: string,
): {readonly gitdir: string; readonly versionsFile: string} {
  const place = path.join(cacheDir, 'repositories', name);
  return {gitdir: `${place}.git`, versionsFile: `${place}.json`};
}

async function readVersions(file: string): Promise<KnownVersions> {
  try {
    return knownVersions.parse(await readJson(file));
  } catch {
    return {};
  }
}

/** The command that a reusable action stands for: the tokens of `run` in its `action.yaml` at a commit. */
async function actionCommand(
  gitdir: string,
  commit: string,
  name: string,
): Promise<Result<readonly string[], AppError>> {
  const refuse = (why: string): Result<never, AppError> => invalidAction(name, why);
  const found = await git
    .readBlob({fs: gitFiles, gitdir, oid: commit, filepath: 'action.yaml'})
    .catch(() => null);
  if (found === null) return refuse('It has no file action.yaml.');
  const {fault, root} = readYaml(Buffer.from(found.blob).toString());
  if (fault !== null) return refuse('Its action.yaml cannot be read as YAML.');
  const entries = root?.kind === 'map' ? [...root.entries.values()] : [];
  const run = entries.find(({key}) => key.kind === 'text' && key.text === 'run')?.value;
  if (run?.kind !== 'text') return refuse('Its action.yaml has no run line.');
  const tokens = tokenise(run.text);
  if (!tokens.ok || tokens.value.length === 0) return refuse('Its run line cannot be split.');
  const imageName = (tokens.value[0] ?? '').replace(/:.*$/, '');
  if (!RUNTIME_NAMES.has(imageName)) return refuse(`Its image "${imageName}" is not a known one.`);
  if (usesDatabase(imageName, tokens.value)) return refuse('It would query the database.');
  return ok(tokens.value);
}

/** Why a reusable action can't be used (RULES "Reusable actions"). */

const REGISTRY = 'See actions.opensafely.org for the actions there are and their versions.';
const TELL_AUTHORS = 'This is a fault of the reusable action: open an issue in its repository.';

function badToken(token: string): Result<never, AppError> {
  return failWith('invalid-project', `"${token}" is neither an image nor a reusable action.`, {
    why: 'The first word of a run line is a name and a version with one colon between, e.g. r:v3.',
    hint: REGISTRY,
  });
}

function noRepository(name: string, detail: string): Result<never, AppError> {
  return failWith('invalid-project', `There is no image and no reusable action called "${name}".`, {
    hint: `Check the spelling. ${REGISTRY}`,
    detail,
  });
}

function notReached(name: string, detail: string): Result<never, AppError> {
  return failWith('network', `The reusable action "${name}" could not be fetched.`, {
    why: 'Its repository could not be reached, and no copy of it is on this computer.',
    hint: 'Check your network connection, then try again.',
    detail,
  });
}

function noVersion(name: string, tag: string): Result<never, AppError> {
  return failWith('invalid-project', `The reusable action "${name}" has no version "${tag}".`, {
    hint: REGISTRY,
  });
}

function notApproved(name: string, tag: string): Result<never, AppError> {
  return failWith('invalid-project', `Version "${tag}" of "${name}" is not approved.`, {
    why: "Its commit is not part of the repository's main branch.",
    hint: `Use another version. ${REGISTRY}`,
  });
}

function invalidAction(name: string, why: string): Result<never, AppError> {
  return failWith('invalid-project', `"${name}" is not a valid reusable action.`, {
    why,
    hint: TELL_AUTHORS,
  });
}
