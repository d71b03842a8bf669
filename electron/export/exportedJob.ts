import {EHRQL, KILLED, outOfMemory} from '../runs/exitCodes';
import {actionLogFile} from '../logs/actionLog';
import {inWords} from '../runs/jobEnding';
import type {AttemptUse} from '../runs/runHistory';
import type {JobDefinition} from '../runs/runPorts';
import {keptFolder} from '../runs/studyFolder';
import {
  MODERATE_EXTENSIONS,
  MODERATE_MAX_BYTES,
  MODERATE_MAX_CSV_ROWS,
} from '../../shared/sensitivity';
import type {SuccessRecord} from '../provenance/successLedger';

/** What is known of an image that jobs are run in. */
export interface ExportedImage {
  /** Full name, as the study has it. */
  readonly name: string;
  /** What its registry calls its content, with the repository before it; null where it came from none. */
  readonly digest: string | null;
  readonly id: string;
}

/** One action to be run elsewhere. */
export interface ExportedAction {
  readonly definition: JobDefinition;
  readonly image: ExportedImage;
  /** What earlier attempts took, and seconds of earlier successes. */
  readonly uses: readonly AttemptUse[];
  readonly durations: readonly number[];
}

/** What a success is on record with, beside what is known once the job has ended. */
export type SuccessBefore = Omit<
  SuccessRecord,
  'jobId' | 'completedAt' | 'inputManifest' | 'outputs'
>;

const MIB = 1024 ** 2;
/** Room above what an earlier attempt took, of memory and of time, and the least that is asked for. */
const MEMORY_ROOM = 1.5;
const LEAST_MEGABYTES = 512;
const TIME_ROOM = 3;
const LEAST_MINUTES = 10;
/** Asked for where no success has shown how long a job takes. */
const UNKNOWN_MINUTES = 12 * 60;

/** Memory in MiB, minutes and processors to ask a cluster for: what was learned, with room. */
export function requestFor({definition, uses, durations}: ExportedAction): {
  readonly megabytes: number;
  readonly minutes: number;
  readonly threads: number;
} {
  const {limits, timeoutSeconds} = definition;
  const peaks = uses.flatMap(({peakMemoryBytes}) => peakMemoryBytes ?? []);
  const cpus = uses.flatMap((use) => use.cpus ?? []);
  const limit = Math.ceil(limits.memoryBytes / MIB);
  const learned = Math.ceil((Math.max(...peaks) * MEMORY_ROOM) / MIB);
  const minutes =
    durations.length === 0
      ? UNKNOWN_MINUTES
      : LEAST_MINUTES + Math.ceil((Math.max(...durations) * TIME_ROOM) / 60);
  const most = timeoutSeconds === null ? null : LEAST_MINUTES + Math.ceil(timeoutSeconds / 60);
  return {
    megabytes: peaks.length === 0 ? limit : Math.min(limit, Math.max(LEAST_MEGABYTES, learned)),
    minutes: most === null ? minutes : Math.min(minutes, most),
    threads: Math.max(1, Math.ceil(Math.max(0, ...cpus) - 0.1)),
  };
}

/** What of an image is written where it is run. */
export function imageReference({digest, id}: ExportedImage): string {
  return digest ?? id;
}

/** Where an image that Apptainer has converted lies, from the exported folder on. */
export function convertedImage({name}: ExportedImage): string {
  return `images/${name.replace(/[^\w.-]+/gu, '_')}.sif`;
}

/** A name for files and Snakemake's wildcards: that of the action, as far as its characters are plain. */
export function stemOf(action: string): string {
  return /^[A-Za-z0-9_][\w.-]*$/u.test(action)
    ? action
    : `%${Buffer.from(action).toString('base64url')}`;
}

/** A line of the plan; `rule` is the group of similar actions that it is in, `ruleOf` that of each action. */
export function planLine(
  exported: ExportedAction,
  success: SuccessBefore,
  ruleOf: ReadonlyMap<string, string>,
): object {
  const {definition, image} = exported;
  const {action, limits, timeoutSeconds} = definition;
  return {
    stem: stemOf(action.name),
    action: action.name,
    marker: markerOf(action.name, ruleOf),
    needs: action.needs.map((need) => markerOf(need, ruleOf)),
    image: imageReference(image),
    imageTitle: definition.image,
    imageName: definition.imageName,
    imageId: image.id,
    sif: convertedImage(image),
    args: definition.args,
    environment: Object.keys(definition.env),
    memory: Math.round(limits.memoryBytes),
    cpus: limits.cpus,
    ...requestFor(exported),
    timeout: timeoutSeconds,
    timeoutMessage:
      timeoutSeconds === null ? null : `Stopped at its time limit of ${inWords(timeoutSeconds)}`,
    memoryWords: words(outOfMemory(limits.memoryBytes)),
    patterns: action.outputs.map(({tier, pattern}) => [tier, pattern]),
    code: definition.actionCommit ?? 'study',
    actionCommit: definition.actionCommit,
    log: actionLogFile(action.name),
    kept: keptFolder(action.name),
    success,
  };
}

function markerOf(action: string, ruleOf: ReadonlyMap<string, string>): string {
  return `done/${ruleOf.get(action) ?? ''}/${stemOf(action)}.json`;
}

function words({message, hint}: {readonly message: string; readonly hint: string}) {
  return [message, hint] as const;
}

/** What the first line of the plan says for all jobs: rules of outputs, and words. */
export const RULES_AND_WORDS = {
  moderate: {
    bytes: MODERATE_MAX_BYTES,
    rows: MODERATE_MAX_CSV_ROWS,
    extensions: MODERATE_EXTENSIONS,
  },
  words: {
    timeout: 'Raise the time limit of this action, or check the log for what it was waiting for.',
    killed: words(KILLED),
    ehrql: Object.fromEntries(Object.entries(EHRQL).map(([code, each]) => [code, words(each)])),
  },
};

/** The rule of each action: those of the same image and script have one. Names that Python understands. */
export function rulesOf(actions: readonly ExportedAction[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  return new Map(
    actions.map(({definition}) => {
      const {argv} = definition.action.run;
      const script = argv.slice(1).find((word) => /\w\.\w+$/u.test(word)) ?? argv[1] ?? '';
      const key = `${argv[0]} ${script}`;
      const known = names.get(key);
      if (known !== undefined) return [definition.action.name, known];
      const plain = `run_${script.replace(/^.*\//u, '').replace(/[^A-Za-z0-9]+/gu, '_')}`;
      let name = plain;
      for (let next = 2; taken.has(name); next += 1) name = `${plain}_${next}`;
      taken.add(name);
      names.set(key, name);
      return [definition.action.name, name];
    }),
  );
}
