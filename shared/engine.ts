/** Where jobs run. */
export type ExecutorKind = 'docker' | 'process';

/** What is known of the container engine. */
export type EngineStatus =
  | {readonly state: 'checking'}
  | {
      readonly state: 'ready';
      /** E.g. `Docker 26.1.5` or `Podman 5.4.2`. */
      readonly name: string;
      /** `linux/amd64` and so on. */
      readonly platform: string;
      readonly cpus: number;
      readonly memoryBytes: number;
      /** The name it is chosen by; absent where it has none, as without containers. */
      readonly engine?: string;
      /** It works, but something about it will be met; the gravest alone. */
      readonly concern?: EngineConcern;
    }
  | {
      readonly state: 'down';
      readonly trouble: EngineTrouble;
      /** What is wrong, in a sentence. */
      readonly message: string;
      /** What to do about it. */
      readonly hint: string;
      /** What a button can do about it. */
      readonly remedy: EngineRemedy | null;
    };

/** Why an engine can't be used. */
export type EngineTrouble =
  | 'not-installed'
  | 'stopped'
  | 'starting'
  | 'no-permission'
  /** It runs no containers for Linux. */
  | 'wrong-architecture'
  | 'too-old'
  /** Whether it runs is not known: the way to it is broken, refused, or not known. */
  | 'unreachable';

/** What will be met with an engine that works. */
export interface EngineConcern {
  readonly kind: 'emulated' | 'memory' | 'disk';
  readonly message: string;
  readonly hint: string;
}

/** What can be done about an engine that can't be used. */
export type EngineRemedy =
  /** Study Desk starts it on request; by the name it is chosen by. */
  | {readonly kind: 'start'; readonly engine: string; readonly title: string}
  /** To be typed by the user: it asks for a password, or for consent. */
  | {readonly kind: 'command'; readonly command: string}
  | {readonly kind: 'page'; readonly url: string; readonly title: string};

/** An engine that this computer knows of, and how it is now. */
export interface FoundEngine {
  /** What it is chosen by, in the window and with `--engine`. */
  readonly name: string;
  readonly title: string;
  /** As DOCKER_HOST would have it. */
  readonly address: string;
  readonly status: EngineStatus;
  /** How long it takes over the smallest answer, in milliseconds; null where it gives none. */
  readonly latencyMs: number | null;
}

/** Who says which engine is used, the first that says something before the others. */
export type EngineChooser = 'command-line' | 'environment' | 'study' | 'user' | 'default';

/** Which engine is used, and who says so. */
export interface EngineChoice {
  /** Null for the one that the docker command line would use, else the first that answers. */
  readonly engine: string | null;
  readonly by: EngineChooser;
  /** The variable of the environment that says so; null where another does. */
  readonly variable: string | null;
}

/** All engines, and which of them is used. */
export interface EngineListing {
  readonly engines: readonly FoundEngine[];
  readonly choice: EngineChoice;
  /** The name of the engine that the choice comes to, as far as it is known; null where it is none of them. */
  readonly used: string | null;
  /** What the study says, and the user for all studies; null where they say nothing. */
  readonly ofStudy: string | null;
}

/** Whether an image is here. */
export interface ImageState {
  /** Full name, e.g. `ghcr.io/opensafely-core/r:v2`. */
  readonly image: string;
  readonly present: boolean;
  readonly id: string | null;
  /** Bytes on disk where present, bytes to download where known, else null. */
  readonly sizeBytes: number | null;
}

/** What is known of an image without asking its registry. */
export interface ImageDetails extends ImageState {
  /** What its registry called this content when it was downloaded; null where it came another way. */
  readonly digest: string | null;
  /** When it was made. */
  readonly createdAt: string | null;
  /** E.g. `amd64`. */
  readonly architecture: string | null;
}

/** What an image's registry has, beside what is here. */
export interface ImageUpdate {
  readonly image: string;
  /** `not-here` and `unknown`: there is nothing, or nothing that could be compared. */
  readonly state: 'up-to-date' | 'newer' | 'not-here' | 'unknown';
  /** Bytes to download where nothing of it is here; layers that are need none. */
  readonly downloadBytes: number | null;
}

/** How far a pull is, in bytes; the total is a lower bound until all layers are known. */
export interface PullProgress {
  readonly image: string;
  readonly downloadedBytes: number;
  readonly totalBytes: number | null;
  readonly phase: 'resolving' | 'downloading' | 'extracting' | 'done';
}

/** Memory and processors a job may use. */
export interface Limits {
  readonly memoryBytes: number;
  readonly cpus: number;
}

/** The least memory with which a container can be made; engines refuse less. */
export const LEAST_MEMORY_BYTES = 6 * 1024 ** 2;

/** The reference's defaults: 4G and 2 CPUs. */
export const DEFAULT_LIMITS: Limits = {memoryBytes: 4 * 1024 ** 3, cpus: 2};

/** Jobs at a time, the reference's default. */
export const DEFAULT_CONCURRENCY = 2;
