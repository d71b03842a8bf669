import type {EngineStatus, ExecutorKind} from '../../shared/engine';
import type {TableReader} from '../outputs/tables/tableReader';
import type {OpenOptions} from './openStudy';
import type {Study} from './study';
import type {Answer} from './studyContext';

/** The application without a window: both faces, the window and the command line, stand on this. */
export interface Core {
  openStudy(dir: string, options: OpenOptions): Answer<Study>;
  /** Last known engine state, at once. */
  engine(kind: ExecutorKind): EngineStatus;
  checkEngine(kind: ExecutorKind): Promise<EngineStatus>;
  onEngineChange(listener: (kind: ExecutorKind, status: EngineStatus) => void): () => void;
  /** Copies the sample study into a new or empty folder. */
  copySample(targetDir: string): Answer<string>;
  /** True for a copy of the sample study. */
  isSample(dir: string): Promise<boolean>;
  /** Reads table files, by their absolute paths, without a study. */
  readonly tables: TableReader;
  close(): Promise<void>;
}
