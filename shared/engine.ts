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
    }
  | {
      readonly state: 'down';
      /** What is wrong, in a sentence. */
      readonly message: string;
      /** What to do about it. */
      readonly hint: string;
    };

/** Whether an image is here. */
export interface ImageState {
  /** Full name, e.g. `ghcr.io/opensafely-core/r:v2`. */
  readonly image: string;
  readonly present: boolean;
  readonly id: string | null;
  /** Bytes on disk where present, bytes to download where known, else null. */
  readonly sizeBytes: number | null;
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
