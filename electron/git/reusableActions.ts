import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';

/** The public organisation (RULES "Reusable actions"). */
export const DEFAULT_ACTION_BASE = 'https://github.com/opensafely-actions/';

/** A reusable action at one version. */
export interface ResolvedAction {
  readonly commit: string;
  /** Where its repository is; a folder's path where the base is one. */
  readonly repoUrl: string;
  /** Tokens of its own run line; the user's arguments come after them. */
  readonly runArgv: readonly string[];
  /** Folder with its files at the commit, to be staged instead of the study's code. */
  readonly codeDir: string;
  /** True where its repository could not be reached and the copy on this computer was used. */
  readonly fromCache: boolean;
}

/** Finds reusable actions by the first word of a run line. */
export interface ReusableActions {
  /** Asks its host for it, unless it must not: then what was fetched before is used. */
  resolve(
    imageToken: string,
    signal: AbortSignal,
    asksHost?: boolean,
  ): Promise<Result<ResolvedAction, AppError>>;
  /** The image that its own run line names, as far as this computer knows it; else null. Asks nobody. */
  imageHere(imageToken: string): Promise<string | null>;
}

/** Where reusable actions come from, and where what was fetched of them stays. */
export interface ActionPlaces {
  /** The URL of a git host's organisation, or a folder of bare repositories. */
  readonly base: string;
  /** What is in it serves when the host can't be reached. */
  readonly cacheDir: string;
  /** Through which a host is asked; null for none. */
  readonly proxy?: () => string | null;
}

/** Reusable actions below one base. What speaks git is loaded once it is asked: few runs have any. */
export function createReusableActions(places: ActionPlaces): ReusableActions {
  const lookUp = () => import('./resolveAction');
  return {
    resolve: async (imageToken, signal, asksHost = true) =>
      (await lookUp()).resolveAction(places, imageToken, signal, asksHost),
    imageHere: async (imageToken) => (await lookUp()).imageOfActionHere(places, imageToken),
  };
}
