import type {Limits} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {Result} from '../../shared/result';
import type {Staging} from './executor';

/** What a container beside any run is for: a tool, a shell in an action's image, a command that somebody typed, a definition. */
export type ToolKind = 'jupyter' | 'rstudio' | 'shell' | 'command' | 'ehrql';

/** What such a container finds in its workspace. */
export type ToolWorkspace =
  /** A folder of this computer itself: what is written there stays. Only an engine of this computer has it. */
  | {
      readonly kind: 'folder';
      /** Absolute. */
      readonly path: string;
      /** Files of this computer it is given besides, none of which it can write: absolute paths here and there. */
      readonly files: readonly {readonly source: string; readonly target: string}[];
    }
  /** What a job would find: a copy that goes with the container. */
  | {readonly kind: 'copy'; readonly staging: Staging};

/** A container for a person to work in. */
export interface ToolSpec {
  readonly kind: ToolKind;
  /** The study it is used for; null outside of any. */
  readonly studyId: string | null;
  /** The process that it goes with, as text; null for one that goes on without it. */
  readonly process: string | null;
  /** Names for the container, of which the first that is free is taken; none for one that nobody looks for. */
  readonly names: readonly string[];
  /** Full image name. */
  readonly image: string;
  /** In place of the image's own. */
  readonly entrypoint: readonly string[] | null;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whoever uses it, the image's own user, or one as `docker run --user` takes it. */
  readonly user: 'mine' | 'image' | {readonly as: string};
  /** Null for none. */
  readonly limits: Limits | null;
  readonly network: boolean;
  readonly workspace: ToolWorkspace;
  /** The port on this computer, open to nobody else, and the one inside; null for none. */
  readonly port: {readonly host: number; readonly inside: number} | null;
}

/** A container beside any run, as the engine reports it. */
export interface ToolContainer {
  readonly id: string;
  readonly kind: ToolKind;
  readonly name: string;
  readonly image: string;
  /** The port of this computer it answers on; null for none. */
  readonly hostPort: number | null;
  readonly startedAt: string;
}

/** Size of a terminal in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A command that somebody types to, from its start to its end; its container goes with it. */
export interface Terminal {
  write(bytes: Buffer): void;
  /** Nothing more will be typed. */
  endInput(): void;
  resize(size: TerminalSize): Promise<void>;
  /**
   * All it prints, to be taken once; `onPiece` is waited for, and the command with it. Resolves once it prints no more,
   * also where the engine was lost: `wait` shows it.
   */
  output(
    onPiece: (stream: 'stdout' | 'stderr', bytes: Buffer) => void | Promise<void>,
  ): Promise<void>;
  /** Its exit code; an error where the engine was lost. The container is removed by then. */
  wait(): Promise<Result<number, AppError>>;
  /** Ends it now. */
  stop(): Promise<void>;
}

/** Containers beside any run. */
export interface Tools {
  /** Starts one that goes on by itself, and that the engine removes when it ends. */
  start(spec: ToolSpec): Promise<Result<{readonly id: string; readonly name: string}, AppError>>;
  /** Starts one to be typed to; `size` makes it a terminal, null a mere pipe. */
  open(spec: ToolSpec, size: TerminalSize | null): Promise<Result<Terminal, AppError>>;
  /** Those of a study that run. */
  running(studyId: string): Promise<Result<readonly ToolContainer[], AppError>>;
  /** A variable of the environment of one; null where it has none of that name. */
  variable(id: string, name: string): Promise<Result<string | null, AppError>>;
  /** Ends one; it is gone then. */
  stop(id: string): Promise<Result<null, AppError>>;
  /** What an image runs where nothing else is said: entrypoint and command. */
  command(
    image: string,
  ): Promise<
    Result<{readonly entrypoint: readonly string[]; readonly command: readonly string[]}, AppError>
  >;
}
