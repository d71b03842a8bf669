/** Where a run's jobs belong: each word with this one meaning wherever runs are spoken of. */
export interface RunTarget {
  /** Name of the workspace, as containers are labelled and job weights name it. */
  readonly workspace: string;
  /** Absolute path of the folder with `project.yaml` and the code. */
  readonly code: string;
  /** Absolute path of the folder below which outputs and `metadata/` lie. */
  readonly storage: string;
  /** Name of the backend, as jobs get it in `OPENSAFELY_BACKEND`. */
  readonly backend: string;
  /**
   * The engine's network for actions that may use the database; null where there is none. All other actions never get
   * one.
   */
  readonly network: string | null;
  /** Commands get none of the system's capabilities and can't gain any, as where code of others runs beside data. */
  readonly confined: boolean;
  /** Name of the data that jobs read, as their logs show it; `dummy` on a researcher's own computer. */
  readonly database: string;
}
