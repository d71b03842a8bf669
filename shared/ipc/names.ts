import type {EventName, RequestName} from './contract';

/** Every request, so that the compiler refuses the list while one is missing. */
const REQUESTS: Readonly<Record<RequestName, true>> = {
  'app:info': true,
  'app:open-window': true,
  'app:copy-report': true,
  'settings:save': true,
  'study:choose': true,
  'study:create-sample': true,
  'study:open': true,
  'study:close': true,
  'study:reload': true,
  'study:statuses': true,
  'study:git': true,
  'study:forget-recent': true,
  'study:load-view': true,
  'study:save-view': true,
  'study:open-in-editor': true,
  'study:show-in-folder': true,
  'study:export': true,
  'project:preview-fix': true,
  'project:preview-add': true,
  'project:apply': true,
  'plan:preview': true,
  'run:preflight': true,
  'run:start': true,
  'run:cancel': true,
  'run:list': true,
  'run:overrides': true,
  'run:save-override': true,
  'log:read': true,
  'log:follow': true,
  'outputs:list': true,
  'outputs:read': true,
  'outputs:preview-clear': true,
  'outputs:clear': true,
  'stale:diff': true,
  'stale:mark': true,
  'stale:decisions': true,
  'stale:restorable': true,
  'stale:restore': true,
  'cache:usage': true,
  'cache:clear': true,
  'engine:check': true,
};

const EVENTS: Readonly<Record<EventName, true>> = {
  'study:changed': true,
  'statuses:changed': true,
  'git:changed': true,
  'run:event': true,
  'log:batch': true,
  'engine:changed': true,
  'menu:command': true,
};

/** Names of all requests; each is also the name of its channel. */
export const REQUEST_NAMES = Object.keys(REQUESTS) as readonly RequestName[]; // keys of the record above

/** Names of all events; each is also the name of its channel. */
export const EVENT_NAMES = Object.keys(EVENTS) as readonly EventName[]; // keys of the record above

/** Channel on which the preload says that it has handed a log batch to the page. */
export const LOG_BATCH_TAKEN = 'log:batch-taken';

/** True for a request of the contract; inherited names such as `constructor` are none. */
export function isRequestName(name: unknown): name is RequestName {
  return typeof name === 'string' && Object.hasOwn(REQUESTS, name);
}

/** True for an event of the contract. */
export function isEventName(name: unknown): name is EventName {
  return typeof name === 'string' && Object.hasOwn(EVENTS, name);
}
