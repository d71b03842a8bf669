import {statfs} from 'node:fs/promises';
import type {AppError} from '../../../shared/errors';
import type {EngineStatus, ImageState} from '../../../shared/engine';
import {formatGigabytes} from '../../../shared/format';
import type {PlanPreview, RunFinding} from '../../../shared/preview';
import type {RunOptions} from '../../../shared/run';
import {judgeLoad, judgeSpace} from '../../doctor/resources';
import type {Judgement} from '../../doctor/judgement';
import {betterConcurrency, nearLimit, type JobUse} from './memoryFit';
import type {Damage} from '../../runs/studyDamage';
import type {OtherRunner} from '../../runs/otherRunner';

/** What the checks before a run look at. */
export interface RunFacts {
  readonly options: RunOptions;
  readonly engine: EngineStatus;
  /** Largest memory limit of any job of the plan, in bytes, overrides included. */
  readonly largestMemoryBytes: number;
  readonly largestCpus: number;
  /** Of each planned job. */
  readonly uses: readonly JobUse[];
  readonly preview: Pick<PlanPreview, 'plan' | 'jobs'>;
  readonly images: readonly ImageState[];
  /** Why it is not known which images are here; null where it is. */
  readonly imagesError: AppError | null;
  /** Reusable actions of the plan whose image is not known before they are looked up, as run lines name them. */
  readonly notYetKnown: readonly string[];
  readonly otherRunner: OtherRunner;
  /** What of the study's records can't be read. */
  readonly damage: readonly Damage[];
  /** Null where no job of the plan needs one. */
  readonly stataLicence: 'present' | 'missing' | null;
  /** Bytes free where the study lies; null where unknown. */
  readonly freeBytes: number | null;
  /** Outputs to be overwritten that another program keeps open, as far as the system says. */
  readonly openOutputs: readonly string[];
}

type Check = (facts: RunFacts) => RunFinding | null;

function finding(
  level: RunFinding['level'],
  check: RunFinding['check'],
  message: string,
  hint: string | null = null,
): RunFinding {
  return {level, check, message, hint};
}

/** What the doctor would say as well. */
function findingOf(check: RunFinding['check'], {result, message, hint}: Judgement): RunFinding {
  const level = result === 'wrong' ? 'block' : result === 'ok' ? 'ok' : 'warning';
  return finding(level, check, message, hint);
}

/** An invalid project.yaml makes no plan, and so is no finding. */
const checkProject: Check = () => finding('ok', 'project', 'project.yaml is valid.');

const checkEngine: Check = ({engine}) =>
  engine.state === 'down'
    ? finding('block', 'engine', engine.message, engine.hint)
    : engine.state === 'ready'
      ? finding('ok', 'engine', `${engine.name} is ready.`)
      : finding('warning', 'engine', 'The engine has not answered yet.');

const checkExecutor: Check = ({options}) =>
  options.executor === 'process'
    ? finding(
        'warning',
        'executor',
        'Jobs run with the programs, packages and network of this computer.',
        'Results may differ from the server. Use the container engine for results you rely on.',
      )
    : null;

const checkLimits: Check = ({engine, options, largestMemoryBytes, largestCpus, preview}) => {
  if (engine.state !== 'ready' || options.executor === 'process') return null;
  const together = Math.min(options.concurrency, Math.max(1, preview.plan.jobs.length));
  return findingOf('limits', judgeLoad({engine, together, largestMemoryBytes, largestCpus}));
};

const checkMemory: Check = ({options, uses}) =>
  options.executor === 'process' ? null : nearLimit(uses);

const checkConcurrency: Check = ({engine, options, uses}) =>
  engine.state !== 'ready' || options.executor === 'process'
    ? null
    : betterConcurrency(uses, engine, options.concurrency);

const checkDisk: Check = ({freeBytes}) =>
  freeBytes === null ? null : findingOf('disk', judgeSpace(freeBytes));

const checkImages: Check = ({images, imagesError, options}) => {
  if (imagesError !== null)
    return finding(
      'warning',
      'images',
      `Study Desk could not find out which images are on this computer: ${imagesError.message}`,
      imagesError.hint ?? null,
    );
  const missing = images.filter((image) => !image.present);
  if (missing.length === 0)
    return images.length === 0 ? null : finding('ok', 'images', 'All images are here.');
  const known = missing.every(({sizeBytes}) => sizeBytes !== null);
  const bytes = missing.reduce((sum, {sizeBytes}) => sum + (sizeBytes ?? 0), 0);
  const names = missing.map(({image}) => image).join(', ');
  const size = known ? ` (${formatGigabytes(bytes)})` : '';
  return options.pull
    ? finding('warning', 'images', `Images to download first${size}: ${names}.`)
    : finding(
        'block',
        'images',
        `Missing images: ${names}.`,
        'Allow them to be downloaded, or load them into the engine.',
      );
};

const checkReusable: Check = ({notYetKnown}) =>
  notYetKnown.length === 0
    ? null
    : finding(
        'warning',
        'reusable-actions',
        `It is not known yet which image is needed by ${notYetKnown.join(', ')}: that is looked up at the start.`,
        'Its code is fetched then, if it is not on this computer; that needs a connection.',
      );

const checkOverwrites: Check = ({preview, openOutputs}) => {
  if (openOutputs.length > 0)
    return finding(
      'warning',
      'overwrites',
      `Open in another program: ${openOutputs.join(', ')}.`,
      'Close them there, so that they can be replaced.',
    );
  const files = preview.jobs.flatMap(({overwrites}) => overwrites);
  if (files.length === 0) return null;
  return finding(
    'ok',
    'overwrites',
    `${files.length} ${files.length === 1 ? 'output is' : 'outputs are'} replaced when their jobs succeed.`,
  );
};

const checkOtherRunner: Check = ({otherRunner}) =>
  otherRunner.kind === 'running'
    ? finding('block', 'other-runner', otherRunner.error.message, otherRunner.error.hint ?? null)
    : otherRunner.kind === 'left-over'
      ? finding('warning', 'other-runner', otherRunner.message)
      : otherRunner.kind === 'unknown'
        ? finding(
            'warning',
            'other-runner',
            'Study Desk can’t tell whether `opensafely run` is running jobs in this study.',
            'Make sure that it isn’t, or both will write the same outputs.',
          )
        : null;

const checkRecords = ({damage}: RunFacts): readonly RunFinding[] =>
  damage.map(({message, remedy}) =>
    finding(
      'warning',
      'records',
      message,
      remedy === 'user'
        ? 'Restore it from a backup, or delete it to go on without it.'
        : 'The next run, or `study-desk doctor`, moves it aside.',
    ),
  );

const checkStata: Check = ({stataLicence}) =>
  stataLicence === 'missing'
    ? finding(
        'block',
        'stata-licence',
        'This plan includes Stata jobs, but no Stata licence was found.',
        'Log in to GitHub on this computer with git, or set STATA_LICENSE.',
      )
    : stataLicence === 'present'
      ? finding('ok', 'stata-licence', 'The Stata licence was found.')
      : null;

const CHECKS: readonly Check[] = [
  checkProject,
  checkEngine,
  checkExecutor,
  checkLimits,
  checkMemory,
  checkConcurrency,
  checkDisk,
  checkImages,
  checkReusable,
  checkOverwrites,
  checkOtherRunner,
  checkStata,
];

/** All findings, in a fixed order; only what can't work blocks. */
export function runFindings(facts: RunFacts): readonly RunFinding[] {
  return [...CHECKS.flatMap((check) => check(facts) ?? []), ...checkRecords(facts)];
}

/** Bytes that a user may still write where the folder lies; null where the system does not say. */
export async function freeDiskBytes(folder: string): Promise<number | null> {
  const stats = await statfs(folder).catch(() => null);
  return stats === null ? null : stats.bavail * stats.bsize;
}
