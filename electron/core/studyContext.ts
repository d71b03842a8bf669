import type {EngineChoice} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';
import type {Settings} from '../../shared/settings';
import type {TableReader} from '../outputs/tables/tableReader';
import type {EnginePool, Executors} from './executors';
import type {ResolveReusable} from './jobDefinitions';
import type {ProjectReader} from './projectReader';

/** What every open study of an application shares. */
export interface StudyContext {
  /** Where images come from. */
  readonly registry: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newRunId: () => string;
  readonly settings: () => Settings;
  readonly pool: EnginePool;
  /** Which container engine is used in a study that says this of it, or nothing. */
  readonly chosenFor: (study: string | null) => EngineChoice;
  /** Those that are used where no study says otherwise; in an open study its own. */
  readonly executors: Executors;
  readonly reader: ProjectReader;
  readonly tables: TableReader;
  readonly resolveReusable: ResolveReusable;
  /** The image of a reusable action as far as this computer knows it, without its registry. */
  readonly reusableImageHere: (imageToken: string) => Promise<string | null>;
  /** Null where no licence can be had. */
  readonly stataLicence: () => Promise<string | null>;
}

/** What an operation that a user can make fail answers. */
export type Answer<T> = Promise<Result<T, AppError>>;
