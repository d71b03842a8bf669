import type {AppError} from '../errors';
import type {Result} from '../result';
import {appRequests} from './appRequests';
import {cleanUpRequests} from './cleanUpRequests';
import {doctorRequests} from './doctorRequests';
import {engineRequests} from './engineRequests';
import type {EventName, Events} from './events';
import {failureRequests} from './failureRequests';
import {imageRequests} from './imageRequests';
import {jobQueueRequests} from './jobQueueRequests';
import {logRequests} from './logRequests';
import {outputRequests} from './outputRequests';
import {planRequests} from './planRequests';
import {projectRequests} from './projectRequests';
import {provenanceRequests} from './provenanceRequests';
import {releaseRequests} from './releaseRequests';
import type {RequestEntry} from './request';
import {runRequests} from './runRequests';
import {settingsRequests} from './settingsRequests';
import {shellRequests} from './shellRequests';
import {toolRequests} from './toolRequests';
import {viewRequests} from './viewRequests';

/**
 * Every request the window can make: one object in, a Result out. A window shows one study; the host knows which from
 * the sender. Names, argument types and decoders follow from this one table, and its keys are the channels.
 */
export const requests = {
  ...appRequests,
  ...projectRequests,
  ...planRequests,
  ...runRequests,
  ...logRequests,
  ...failureRequests,
  ...outputRequests,
  ...provenanceRequests,
  ...releaseRequests,
  ...settingsRequests,
  ...viewRequests,
  ...engineRequests,
  ...imageRequests,
  ...cleanUpRequests,
  ...toolRequests,
  ...doctorRequests,
  ...shellRequests,
  ...jobQueueRequests,
};

/** A request's name. */
export type RequestName = keyof typeof requests;
/** A request's one argument. */
export type RequestArg<N extends RequestName> =
  (typeof requests)[N] extends RequestEntry<infer Arg, unknown> ? Arg : never;
/** What a request answers when it can. */
export type RequestValue<N extends RequestName> =
  (typeof requests)[N] extends RequestEntry<infer _Arg, infer Value> ? Value : never;
/** What a request answers. */
export type RequestAnswer<N extends RequestName> = Promise<Result<RequestValue<N>, AppError>>;

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
