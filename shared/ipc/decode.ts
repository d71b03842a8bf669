import {z} from 'zod';
import {TIERS} from '../sensitivity';
import type {RequestArg, RequestName} from './contract';

/** Longest text of a name, pattern or path. */
const MAX_LINE = 4096;
/** Longest text typed or pasted into a form, in UTF-16 units. */
const MAX_TEXT = 16 * 1024 * 1024;
/** Most items of a list; real studies have some 2,200 actions and 50,000 outputs. */
const MAX_ITEMS = 200_000;
/** Largest export, in bytes: a picture of the largest graph. */
const MAX_EXPORT = 256 * 1024 * 1024;

const line = z.string().max(MAX_LINE);
const name = line.min(1);
const count = z.int().nonnegative();
const nothing = z.strictObject({});

/** An absolute folder; which one the user may choose freely. */
const folder = name.refine(
  (text) => !text.includes('\0') && /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(text),
  'not an absolute path',
);

/** A path inside the study as far as its text goes; links are resolved where it is used. */
const studyPath = name.refine(
  (text) => !text.includes('\0') && !text.startsWith('/') && !text.split(/[\\/]/).includes('..'),
  'not a path inside the study',
);

const edits = z
  .array(z.strictObject({from: count, to: count, insert: z.string().max(MAX_TEXT)}))
  .max(MAX_ITEMS);

const runRequest = z.strictObject({
  actions: z.array(name).max(MAX_ITEMS),
  forceDependencies: z.boolean(),
  includeStale: z.boolean(),
  force: z.array(name).max(MAX_ITEMS),
  takeOut: z.array(name).max(MAX_ITEMS),
});

const executor = z.enum(['docker', 'process']);
const concurrency = z.int().min(1).max(1024);
const memoryBytes = z.int().positive();
const cpus = z.number().positive().max(4096);

const runOptions = z.strictObject({
  executor,
  concurrency,
  limits: z.strictObject({memoryBytes, cpus}),
  continueOnError: z.boolean(),
  letRunningFinish: z.boolean(),
  debug: z.boolean(),
  pull: z.boolean(),
});

/** Settings as the window sends them and as the settings file keeps them. */
export const settingsDecoder = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  zoom: z.number().min(0.5).max(3),
  executor,
  concurrency,
  memoryBytes,
  cpus,
  continueOnError: z.boolean(),
  letRunningFinish: z.boolean(),
  editorCommand: line.nullable(),
  cacheOutputs: z.boolean(),
  cacheLimitBytes: count,
  logLimitBytes: count,
});

const override = z.strictObject({
  memoryBytes: memoryBytes.nullable(),
  cpus: cpus.nullable(),
  timeoutSeconds: z.number().positive().nullable(),
});

const appError = z.strictObject({
  kind: z.enum([
    'invalid-project',
    'invalid-request',
    'not-found',
    'no-engine',
    'image-missing',
    'study-busy',
    'file-system',
    'network',
    'job-failed',
    'cancelled',
    'bug',
  ]),
  message: z.string().max(MAX_TEXT),
  why: z.string().max(MAX_TEXT).exactOptional(),
  hint: z.string().max(MAX_TEXT).exactOptional(),
  detail: z.string().max(MAX_TEXT).exactOptional(),
});

const newAction = z.strictObject({
  name,
  image: name,
  command: z.string().max(MAX_TEXT),
  needs: z.array(name).max(MAX_ITEMS),
  outputs: z
    .array(z.strictObject({tier: z.enum(TIERS), label: name, pattern: name}))
    .max(MAX_ITEMS),
});

/** What each request's one argument must look like, down to unknown keys. */
export const requestDecoders: {
  readonly [N in RequestName]: z.ZodType<RequestArg<N>>;
} = {
  'app:info': nothing,
  'app:open-window': z.strictObject({dir: folder.nullable()}),
  'app:copy-report': z.strictObject({error: appError}),
  'settings:save': z.strictObject({settings: settingsDecoder}),
  'study:choose': nothing,
  'study:create-sample': nothing,
  'study:open': z.strictObject({dir: folder}),
  'study:close': nothing,
  'study:reload': nothing,
  'study:statuses': nothing,
  'study:git': nothing,
  'study:forget-recent': z.strictObject({dir: folder}),
  'study:load-view': nothing,
  'study:save-view': z.strictObject({json: z.string().max(MAX_TEXT)}),
  'study:open-in-editor': z.strictObject({path: studyPath, line: z.int().min(1).nullable()}),
  'study:show-in-folder': z.strictObject({path: studyPath}),
  'study:export': z.strictObject({
    suggestedName: name.max(255).refine((text) => !/[\\/\0]/.test(text), 'not a file name'),
    content: z.union([
      z.string().max(MAX_EXPORT),
      z
        .instanceof(Uint8Array)
        .refine((bytes) => bytes.byteLength <= MAX_EXPORT, 'larger than an export may be'),
    ]),
  }),
  'project:preview-fix': z.strictObject({revision: count, edits}),
  'project:preview-add': z.strictObject({revision: count, action: newAction}),
  'project:apply': z.strictObject({revision: count, edits}),
  'plan:preview': z.strictObject({request: runRequest}),
  'run:preflight': z.strictObject({request: runRequest, options: runOptions}),
  'run:start': z.strictObject({request: runRequest, options: runOptions}),
  'run:cancel': z.strictObject({runId: name, action: name.nullable()}),
  'run:list': z.strictObject({limit: z.int().min(1).max(10_000)}),
  'run:overrides': nothing,
  'run:save-override': z.strictObject({action: name, override: override.nullable()}),
  'log:read': z.strictObject({
    jobId: name,
    fromSeq: count,
    limit: z.int().min(1).max(100_000),
  }),
  'log:follow': z.strictObject({jobId: name.nullable()}),
  'outputs:list': nothing,
  'outputs:read': z.strictObject({path: studyPath}),
  'outputs:preview-clear': nothing,
  'outputs:clear': z.strictObject({paths: z.array(studyPath).max(MAX_ITEMS)}),
  'stale:diff': z.strictObject({action: name, path: studyPath}),
  'stale:mark': z.strictObject({action: name, reason: z.string().min(1).max(MAX_LINE)}),
  'stale:decisions': nothing,
  'stale:restorable': nothing,
  'stale:restore': z.strictObject({actions: z.array(name).max(MAX_ITEMS)}),
  'cache:usage': nothing,
  'cache:clear': nothing,
  'engine:check': nothing,
};
