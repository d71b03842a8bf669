import * as z from 'zod';
import type {ExecutorKind} from '../engine';
import type {AppError} from '../errors';
import type {RunRequest} from '../plan';
import type {TextEdit} from '../problem';
import type {NewAction} from '../projectEdit';
import type {Repeat} from '../repeat';
import type {RunOptions, RunShare} from '../run';
import {TIERS} from '../sensitivity';
import {readProxy, readRegistry, readServer} from '../settingTexts';
import type {ActionOverride, Settings, SomeSettings} from '../settings';
import type {SeenNote} from '../study';

/** Longest text of a name, pattern or path. */
const MAX_LINE = 4096;
/** Longest text typed or pasted into a form, in UTF-16 units. */
const MAX_TEXT = 16 * 1024 * 1024;
/** Most items of a list; real studies have some 2,200 actions and 50,000 outputs. */
const MAX_ITEMS = 200_000;
/** Largest export, in bytes: a picture of the largest graph. */
const MAX_EXPORT = 256 * 1024 * 1024;

/** A short text: a name, pattern, path or reason. */
export const line = z.string().max(MAX_LINE);
/** A short text that says something. */
export const name = line.min(1);
/** A day, as `2026-11-30`. */
export const day = z.iso.date();
/** A long text. */
export const text = z.string().max(MAX_TEXT);
/** A whole number from 0. */
export const count = z.int().nonnegative();

/** A list of at most as many items as any study has. */
export function listOf<T>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(item).max(MAX_ITEMS);
}

/** An absolute folder; which one the user may choose freely. */
export const folder = name.refine(
  (path) => !path.includes('\0') && /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path),
  'not an absolute path',
);

/** A path inside the study as far as its text goes; links are resolved where it is used. */
export const studyPath = name.refine(
  (path) => !path.includes('\0') && !path.startsWith('/') && !path.split(/[\\/]/).includes('..'),
  'not a path inside the study',
);

/** A file's name without any folder. */
export const fileName = name.max(255).refine((path) => !/[\\/\0]/.test(path), 'not a file name');

/** What a file to be exported holds. */
export const exportContent: z.ZodType<string | Uint8Array> = z.union([
  z.string().max(MAX_EXPORT),
  z
    .instanceof(Uint8Array)
    .refine((bytes) => bytes.byteLength <= MAX_EXPORT, 'larger than an export may be'),
]);

/** Changes to a text. */
export const edits: z.ZodType<readonly TextEdit[]> = listOf(
  z.strictObject({from: count, to: count, insert: text}),
);

/** What was known of a study when it was last open. */
export const seenNote: z.ZodType<SeenNote> = z.strictObject({
  format: z.literal(1),
  at: line,
  newestRun: line.nullable(),
  openRuns: listOf(line),
  actions: z.record(name, listOf(line).nullable()),
});

/** What the user asks to be run. */
export const runRequest: z.ZodType<RunRequest> = z.strictObject({
  actions: listOf(name),
  forceDependencies: z.boolean(),
  includeStale: z.boolean(),
  force: listOf(name),
  takeOut: listOf(name),
});

const executor: z.ZodType<ExecutorKind> = z.enum(['docker', 'process']);
const concurrency = z.int().min(1).max(1024);
const memoryBytes = z.int().positive();
const cpus = z.number().positive().max(4096);

const limits = z.strictObject({memoryBytes, cpus});

/** What of a run can be changed while it goes on. */
export const runShare: z.ZodType<RunShare> = z.strictObject({concurrency, limits});

/** How a run is to be carried out. */
export const runOptions: z.ZodType<RunOptions> = z.strictObject({
  executor,
  concurrency,
  limits,
  continueOnError: z.boolean(),
  letRunningFinish: z.boolean(),
  debug: z.boolean(),
  pull: z.boolean(),
});

const variableName = z.string().regex(/^[^=\s\0]{1,200}$/);

/** Each setting as the window sends it and as files keep it. */
export const settingSchemas: {readonly [Key in keyof Settings]: z.ZodType<Settings[Key]>} = {
  theme: z.enum(['system', 'light', 'dark']),
  zoom: z.number().min(0.5).max(3),
  executor,
  engine: name.nullable(),
  passedVariables: z.array(variableName).max(100),
  concurrency,
  memoryBytes,
  cpus,
  continueOnError: z.boolean(),
  letRunningFinish: z.boolean(),
  definitionSeconds: z.int().min(1).max(3600),
  registry: z.string().refine((text) => readRegistry(text) === text, 'not a registry'),
  codelistServer: z.string().refine((text) => readServer(text) === text, 'not an address'),
  checkCodelists: z.boolean(),
  checkUpdates: z.boolean(),
  proxy: z
    .string()
    .refine((text) => readProxy(text) === text, 'not a proxy')
    .nullable(),
  offline: z.boolean(),
  tellWhenAway: z.boolean(),
  editorCommand: line.nullable(),
  cacheOutputs: z.boolean(),
  cacheLimitBytes: count,
  logLimitBytes: count,
  runLimit: z.int().min(10).max(100_000).nullable(),
};

/** Some settings: those that were chosen in one place. */
export const someSettings: z.ZodType<SomeSettings> = z.strictObject(
  Object.fromEntries(
    Object.entries<z.ZodType>(settingSchemas).map(([key, schema]) => [key, schema.exactOptional()]),
  ) as {[Key in keyof Settings]: z.ZodExactOptional<z.ZodType<Settings[Key]>>}, // the same keys
);

/** Limits of one action. */
export const actionOverride: z.ZodType<ActionOverride> = z.strictObject({
  memoryBytes: memoryBytes.nullable(),
  cpus: cpus.nullable(),
  timeoutSeconds: z.number().positive().nullable(),
});

/** An error that the window hands back, for a report. */
export const appErrorSchema: z.ZodType<AppError> = z.strictObject({
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
  message: text,
  why: text.exactOptional(),
  hint: text.exactOptional(),
  takeOver: z.literal(true).exactOptional(),
  wantsToken: z.literal(true).exactOptional(),
  path: text.exactOptional(),
  detail: text.exactOptional(),
});

/** How an action is to be repeated. */
export const repeat: z.ZodType<Repeat> = z.strictObject({
  action: name,
  at: count,
  values: listOf(name),
  downstream: listOf(name),
});

/** A new action, as the form gives it. */
export const newAction: z.ZodType<NewAction> = z.strictObject({
  name,
  image: name,
  command: text,
  needs: listOf(name),
  outputs: listOf(z.strictObject({tier: z.enum(TIERS), label: name, pattern: name})),
});
