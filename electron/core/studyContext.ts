import type {EngineChoice} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';
import type {GivenSettings, ResolvedSettings, Settings} from '../../shared/settings';
import type {TableReader} from '../outputs/tables/tableReader';
import type {EnginePool, Executors} from './engines/executors';
import type {EngineRooms} from '../runs/engineRoom';
import type {ResolveReusable} from './plan/jobDefinitions';
import type {ProjectReader} from './project/projectReader';

/** What every open study of an application shares. */
export interface StudyContext {
  /** What runs, e.g. `Study Desk 0.1.0, Electron 45.4.1`. */
  readonly program: string;
  /** Caches that belong to no study. */
  readonly cacheDir: string;
  /** Where images come from. */
  readonly registry: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newRunId: () => string;
  /** What was chosen for all studies. */
  readonly givenSettings: () => GivenSettings;
  /** What holds; in an open study with what was chosen for it alone. */
  readonly settings: () => Settings;
  readonly pool: EnginePool;
  /** Which container engine is used where these settings hold. */
  readonly chosenEngine: (settings: ResolvedSettings) => EngineChoice;
  /** Those that are used where no study says otherwise; in an open study its own. */
  readonly executors: Executors;
  /** Memory that runs of several studies share. */
  readonly rooms: EngineRooms;
  readonly reader: ProjectReader;
  readonly tables: TableReader;
  /** Asks the action's host only where `asksHost`; else what is on this computer has to serve. */
  readonly resolveReusable: (image: string, asksHost: boolean) => ReturnType<ResolveReusable>;
  /** The image of a reusable action as far as this computer knows it, without its registry. */
  readonly reusableImageHere: (imageToken: string) => Promise<string | null>;
  /** Null where no licence can be had. */
  readonly stataLicence: () => Promise<string | null>;
}

/** What an operation that a user can make fail answers. */
export type Answer<T> = Promise<Result<T, AppError>>;
