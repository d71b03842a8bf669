import type {EngineListing, EngineStatus, ExecutorKind, FoundEngine} from '../../shared/engine';
import type {Doctor} from '../doctor/doctor';
import type {TableReader} from '../outputs/tables/tableReader';
import type {CloneWay} from './begin/cloneStudy';
import type {BegunStudy} from './begin/newStudy';
import type {OpenOptions} from './openStudy';
import type {Study} from './study';
import type {Answer} from './studyContext';

/** What is called while a study is begun, and what stops it. */
export type BeginHooks = Pick<CloneWay, 'onProgress' | 'signal'> & {
  /** In place of the one of the environment. */
  readonly token?: string;
};

/** The application without a window: both faces, the window and the command line, stand on this. */
export interface Core {
  openStudy(dir: string, options: OpenOptions): Answer<Study>;
  /** Opens a clean checkout of one of its commits, which lies apart from the study and stays there; see `checkOutBeside`. */
  openCommit(dir: string, ref: string): Answer<Study>;
  /** Reads a study's project.yaml ahead, as it is likely to be opened next in a window. */
  expectStudy(dir: string): void;
  /** Some study is likely to be opened soon: what reads it is got ready, and let go when none is within a minute. */
  expectOpening(): void;
  /** Last known state of the engine that is used where no study says otherwise, at once. */
  engine(kind: ExecutorKind): EngineStatus;
  checkEngine(kind: ExecutorKind): Promise<EngineStatus>;
  onEngineChange(listener: (kind: ExecutorKind, status: EngineStatus) => void): () => void;
  /** Asks every engine that is in use, here or in a study, how it is. */
  lookAtEngines(): void;
  /** Every engine that this computer knows of, none of them asked yet, and which one is used where no study says otherwise. */
  listEngines(): EngineListing;
  /** How one engine is now, within five seconds; null where none has that name. */
  probeEngine(name: string): Promise<FoundEngine | null>;
  /** Starts one that this user may start without a password. */
  startEngine(name: string): Answer<null>;
  /** Looks at the computer, without a study. */
  readonly doctor: Doctor;
  /** Begins a study in a new or empty folder, from the template, another folder or a repository; see `newStudy`. */
  newStudy(dir: string, from: string | null, hooks: BeginHooks): Answer<BegunStudy>;
  /** Clones a study into a new or empty folder, called as the repository where `dir` is null; see `cloneStudy`. */
  cloneStudy(url: string, dir: string | null, hooks: BeginHooks): Answer<BegunStudy>;
  /** The study of an exported folder, on this computer or another, whose run is to be followed; see `followStudy`. */
  followStudy(address: string, hooks: BeginHooks): Answer<string>;
  /** Copies the sample study into a new or empty folder. */
  copySample(targetDir: string): Answer<string>;
  /** True for a copy of the sample study. */
  isSample(dir: string): Promise<boolean>;
  /** Reads table files, by their absolute paths, without a study. */
  readonly tables: TableReader;
  close(): Promise<void>;
}
