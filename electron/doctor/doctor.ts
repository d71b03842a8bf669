import {setMaxListeners} from 'node:events';
import {
  DOCTOR_CHECK_NAMES,
  type DoctorCheck,
  type DoctorFinding,
  type DoctorLeave,
} from '../../shared/doctor';
import type {EngineStatus, ExecutorKind} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {ImageListing} from '../../shared/images';
import type {RunFinding} from '../../shared/preview';
import type {Result} from '../../shared/result';
import type {ResolvedSettings} from '../../shared/settings';
import type {StudySnapshot} from '../../shared/study';
import type {EngineHostFacts} from '../executor/executor';
import {
  type GitFacts,
  judgeComputer,
  judgeGit,
  judgeOwners,
  judgeOtherSpace,
  judgePermissions,
  judgeSandbox,
  type WrittenFolder,
} from './judgeComputer';
import {
  couldNot,
  judgeArchitecture,
  judgeClock,
  judgeEngine,
  judgeEngineDisk,
  judgeImages,
  judgeMemory,
  judgeRegistry,
  NO_CONTAINERS,
  NO_ENGINE,
} from './judgeEngine';
import {
  type DamagedRecord,
  type DefinitionFacts,
  judgeDefinitions,
  judgeLeftBeside,
  judgeProject,
  judgeRecords,
  judgeRun,
  NO_STUDY,
  NO_VALID_PROJECT,
} from './judgeStudy';
import {
  freeBytesAt,
  lookAtComputer,
  lookAtOwners,
  lookAtPermissions,
  lookAtPlace,
  lookAtSandbox,
} from './lookAtComputer';
import {judgeProxies, proxiesOf} from './proxies';
import {judgeSpace, type Load} from './resources';
import {notChecked, type Judgement} from './judgement';
import {judgePlace} from './studyPlace';
import {thisUser, writeSupportReport} from './supportReport';

/** What the doctor asks of a study that is open. */
export interface DoctorsStudy {
  readonly records: string;
  /** Reads project.yaml anew. */
  readonly reload: () => Promise<StudySnapshot>;
  readonly images: () => Promise<Result<ImageListing, AppError>>;
  /** What a run of everything would meet; nothing is downloaded for it. */
  readonly planAll: () => Promise<Result<readonly RunFinding[], AppError>>;
  readonly damage: () => readonly DamagedRecord[];
  readonly repair: () => Promise<Result<readonly string[], AppError>>;
  /** Paths of what writes that were cut short have left among the study's files. */
  readonly leftBeside: () => Promise<readonly string[]>;
  readonly definitions: () => Promise<DefinitionFacts>;
}

/** What the doctor asks of all around it. */
export interface DoctorPorts {
  /** E.g. `Study Desk 0.1.0, Electron 45.4.1`. */
  readonly program: string;
  /** Absolute folder of the study; null without one. */
  readonly dir: string | null;
  readonly executor: () => ExecutorKind;
  readonly engine: () => Promise<EngineStatus>;
  readonly engineHost: () => Promise<Result<EngineHostFacts, AppError>>;
  readonly load: () => Promise<Omit<Load, 'engine'>>;
  /** Asks the registry of images; answers its name. */
  readonly askRegistry: (signal: AbortSignal) => Promise<Result<string, AppError>>;
  readonly git: (dir: string | null, signal: AbortSignal) => Promise<GitFacts>;
  /** Folders of ours outside the study. */
  readonly folders: readonly Omit<WrittenFolder, 'writable'>[];
  readonly settings: () => ResolvedSettings;
  readonly study: DoctorsStudy | null;
}

/** Looks at the computer and the study, one check at a time. */
export interface Doctor {
  /** What one check finds; ends in time, whatever it looks at. */
  check(
    check: DoctorCheck,
    leave: DoctorLeave,
    signal: AbortSignal,
  ): Promise<readonly DoctorFinding[]>;
  /** The report for support, of all checks made anew. */
  report(leave: DoctorLeave, signal: AbortSignal): Promise<string>;
}

type Look = (
  ports: DoctorPorts,
  signal: AbortSignal,
  leave: DoctorLeave,
) => Promise<readonly Judgement[]>;

/** How long one check may take, in milliseconds; asking a registry takes the longest. */
const CHECK_MS = 10_000;
/** The same for definitions, which run in their images. */
const DEFINITIONS_MS = 90_000;

/** Everything there is to check: what is looked at, and who judges it. */
const CHECKS: Readonly<Record<DoctorCheck, Look>> = {
  computer: async ({program}) => [judgeComputer(lookAtComputer(program))],
  engine: async ({engine}) => judgeEngine(await engine()),
  memory: async ({engine, load, engineHost}) =>
    judgeMemory(await engine(), await load(), await engineHost()),
  architecture: withContainers(async ({engine}) => judgeArchitecture(await engine())),
  clock: withHost((facts) => judgeClock(facts)),
  disk: lookAtDisks,
  images: withContainers((ports) =>
    withValidStudy(ports, async (study) => judgeImages(await study.images())),
  ),
  registry: withContainers(async ({askRegistry}, signal, {asksRegistry}) =>
    judgeRegistry(asksRegistry ? await askRegistry(signal) : null),
  ),
  proxy: withHost(({proxies}, {settings}) =>
    judgeProxies(proxiesOf(process.env), proxies, settings().values.proxy),
  ),
  git: async ({git, dir}, signal) => judgeGit(dir, await git(dir, signal)),
  permissions: async ({dir, study, folders}) => [
    ...judgePermissions(await lookAtPermissions(dir, study?.records ?? null, folders)),
  ],
  owners: async ({dir}, signal) =>
    dir === null ? [NO_STUDY] : [judgeOwners(await lookAtOwners(dir, signal))],
  place: async ({dir}) => (dir === null ? [NO_STUDY] : judgePlace(await lookAtPlace(dir))),
  sandbox: async () => [judgeSandbox(await lookAtSandbox())],
  project: async ({study}) => (study === null ? [NO_STUDY] : judgeProject(await study.reload())),
  records: async ({study}, _signal, {repairs}) =>
    study === null
      ? [NO_STUDY]
      : judgeRecords({damaged: study.damage(), putAside: repairs ? await study.repair() : null}),
  leftovers: async ({study}) =>
    study === null ? [NO_STUDY] : [judgeLeftBeside(await study.leftBeside())],
  definitions: async ({study}) => {
    if (study === null) return [NO_STUDY];
    const {project} = await study.reload();
    return project === null ? [NO_VALID_PROJECT] : judgeDefinitions(await study.definitions());
  },
  run: (ports) =>
    withValidStudy(ports, async (study) =>
      judgeRun(await study.planAll(), [
        ...(['project', 'engine', 'limits', 'disk', 'images', 'records'] as const),
        'reusable-actions',
      ]),
    ),
};

/** Creates one for a study, or for the computer alone. */
export function createDoctor(ports: DoctorPorts): Doctor {
  const doctor: Doctor = {
    async check(check, leave, stop) {
      // all checks listen to it at once
      setMaxListeners(0, stop);
      const ending = new AbortController();
      const end = (): void => ending.abort();
      const limit = check === 'definitions' ? DEFINITIONS_MS : CHECK_MS;
      const timer = setTimeout(end, limit);
      stop.addEventListener('abort', end, {once: true});
      if (stop.aborted) end();
      const ended = new Promise<readonly Judgement[]>((resolve) => {
        const onEnd = (): void =>
          resolve([
            notChecked(stop.aborted ? 'It was stopped.' : `It took longer than ${limit / 1000} s.`),
          ]);
        ending.signal.addEventListener('abort', onEnd, {once: true});
        if (stop.aborted) onEnd();
      });
      try {
        const judgements = await Promise.race([CHECKS[check](ports, ending.signal, leave), ended]);
        return judgements.map((each) => ({check, ...each}));
      } finally {
        clearTimeout(timer);
        stop.removeEventListener('abort', end);
      }
    },
    async report(leave, signal) {
      const found = await Promise.all(
        DOCTOR_CHECK_NAMES.map((check) => doctor.check(check, leave, signal)),
      );
      const state = {findings: found.flat(), settings: ports.settings()};
      return writeSupportReport(state, thisUser(ports.dir, ''));
    },
  };
  return doctor;
}

function withContainers(look: Look): Look {
  return async (ports, signal, leave) =>
    ports.executor() === 'process' ? [NO_CONTAINERS] : look(ports, signal, leave);
}

function withHost(
  judge: (facts: EngineHostFacts, ports: DoctorPorts) => readonly Judgement[],
): Look {
  return withContainers(async (ports) => {
    const {engine, engineHost} = ports;
    if ((await engine()).state !== 'ready') return [NO_ENGINE];
    const facts = await engineHost();
    return facts.ok
      ? judge(facts.value, ports)
      : [couldNot('The engine did not respond.', facts.error)];
  });
}

async function withValidStudy(
  {study}: DoctorPorts,
  look: (study: DoctorsStudy) => Promise<readonly Judgement[]>,
): Promise<readonly Judgement[]> {
  if (study === null) return [NO_STUDY];
  const {project, broken} = await study.reload();
  return project === null || broken ? [NO_VALID_PROJECT] : look(study);
}

async function lookAtDisks(ports: DoctorPorts): Promise<readonly Judgement[]> {
  const {dir, folders, executor, engine, engineHost} = ports;
  const judgements: Judgement[] = [];
  const free = dir === null ? null : await freeBytesAt(dir);
  if (free !== null) judgements.push(judgeSpace(free));
  for (const {what, path} of folders) {
    const little = judgeOtherSpace(what.toLowerCase(), await freeBytesAt(path));
    if (little !== null) judgements.push(little);
  }
  if (executor() === 'docker' && (await engine()).state === 'ready') {
    const facts = await engineHost();
    judgements.push(
      facts.ok
        ? judgeEngineDisk(facts.value)
        : couldNot('The free space in the engine could not be read.', facts.error),
    );
  }
  return judgements.length > 0
    ? judgements
    : [notChecked('This system does not report free space.')];
}
