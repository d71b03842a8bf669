import type {AppError} from '../errors';
import type {Result} from '../result';
import {appRequests, doctorRequests, jobQueueRequests, updateRequests} from './appRequests';
import {cleanUpRequests} from './cleanUpRequests';
import {changeRequests} from './changeRequests';
import {codelistRequests} from './codelistRequests';
import {datasetRequests} from './datasetRequests';
import {engineRequests} from './engineRequests';
import type {EventName, Events} from './events';
import {failureRequests} from './failureRequests';
import {imageRequests} from './imageRequests';
import {logRequests} from './logRequests';
import {outputRequests} from './outputRequests';
import {planRequests} from './planRequests';
import {projectRequests} from './projectRequests';
import {provenanceRequests} from './provenanceRequests';
import {readyRequests} from './readyRequests';
import {releaseRequests} from './releaseRequests';
import type {FacetOf, RequestEntry} from './request';
import {runRequests} from './runRequests';
import {settingsRequests} from './settingsRequests';
import {shellRequests} from './shellRequests';
import {toolRequests} from './toolRequests';
import {viewRequests} from './viewRequests';

/**
 * Every request the window can make, by facet: one object in, a Result out. A window shows one study; the host knows which
 * from the sender. Names, types, decoders and who answers follow from this one table.
 */
export const requests = {
  app: appRequests,
  project: projectRequests,
  plan: planRequests,
  runs: runRequests,
  logs: logRequests,
  failures: failureRequests,
  outputs: outputRequests,
  provenance: provenanceRequests,
  release: releaseRequests,
  settings: settingsRequests,
  view: viewRequests,
  engines: engineRequests,
  images: imageRequests,
  cleanUp: cleanUpRequests,
  tools: toolRequests,
  doctor: doctorRequests,
  shells: shellRequests,
  datasets: datasetRequests,
  codelists: codelistRequests,
  changes: changeRequests,
  ready: readyRequests,
  jobQueue: jobQueueRequests,
  updates: updateRequests,
};

type Requests = typeof requests;
type Facet = keyof Requests;

/** A request's name, and its channel: `runs:start`. */
export type RequestName = {[F in Facet]: `${F}:${keyof Requests[F] & string}`}[Facet];
/** A request's entry. */
export type EntryOf<N extends RequestName> = N extends `${infer F extends Facet}:${infer M}`
  ? Requests[F][M & keyof Requests[F]]
  : never;
/** A request's one argument. */
export type RequestArg<N extends RequestName> =
  EntryOf<N> extends RequestEntry<infer Arg> ? Arg : never;
/** What a request answers when it can. */
export type RequestValue<N extends RequestName> =
  EntryOf<N> extends RequestEntry<infer _Arg, infer Value> ? Value : never;
/** What a request answers. */
export type RequestAnswer<N extends RequestName> = Promise<Result<RequestValue<N>, AppError>>;

/** The facets of an open study, as far as requests ask them. */
export type StudyFacets = {
  readonly [F in Facet as keyof FacetOf<Requests[F]> extends never ? never : F]: FacetOf<
    Requests[F]
  >;
};

/** A request as the host serves it. */
export interface NamedRequest extends RequestEntry {
  readonly name: RequestName;
  readonly facet: string;
  readonly method: string;
}

/** Every request, in the table's order. */
export const allRequests: readonly NamedRequest[] = Object.entries(requests).flatMap(
  ([facet, entries]) =>
    Object.entries(entries).map(([method, entry]) => ({
      ...(entry as RequestEntry),
      // made of the table's own keys
      name: `${facet}:${method}` as RequestName,
      facet,
      method,
    })),
);

/** The host as the window's code uses it (renderer/bridge/host.ts). */
export interface HostApi {
  request<N extends RequestName>(name: N, arg: RequestArg<N>): RequestAnswer<N>;
  /** Answers the function that ends the subscription. */
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void;
  /** Absolute path of a dropped file or folder; empty when it has none. */
  pathOfFile(file: unknown): string;
}

/** What the preload puts on `window.studyDesk`: the same, with values as they cross (crossing.ts). */
export interface CrossingHostApi {
  request(name: string, arg: unknown): Promise<Result<unknown, AppError>>;
  on(name: string, listener: (payload: unknown) => void): () => void;
  pathOfFile(file: unknown): string;
}
