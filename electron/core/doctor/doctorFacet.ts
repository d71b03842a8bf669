import {homedir, tmpdir} from 'node:os';
import {dirname} from 'node:path';
import {isDefinitionRule} from '../../../shared/definitionRules';
import type {RunRequest} from '../../../shared/plan';
import {ok} from '../../../shared/result';
import {runOptionsOf} from '../../../shared/run';
import {resolveSettings, type Settings} from '../../../shared/settings';
import {plainPath} from '../../../shared/dataset';
import {createDoctor, type Doctor, type DoctorPorts} from '../../doctor/doctor';
import type {WrittenFolder} from '../../doctor/judgeComputer';
import type {DefinitionFacts} from '../../doctor/judgeStudy';
import {lookAtGitProgram} from '../../git/gitProgram';
import {readGitState} from '../../git/gitState';
import {RUN_ALL} from '../../planner/planRun';
import {readOverrides} from '../../runs/actionOverrides';
import {userSettingsPath} from '../../settings/userSettings';
import {filesBeside} from '../cleanUp/leftFiles';
import type {ImagesFacet} from '../engines/imagesFacet';
import {textProblems} from '../datasets/definitionChecks';
import type {DatasetsFacet} from '../datasets/datasetsFacet';
import type {PlanFacet} from '../plan/planFacet';
import type {StudyProject} from '../project/projectFacet';
import type {RecordsFacet} from './recordsFacet';
import type {StudyContext} from '../studyContext';
import type {StudyState} from '../studyState';

/** An image that every registry of ours has, where no study says which is needed. */
const KNOWN_IMAGE = 'python:v2';

const EVERYTHING: RunRequest = {
  actions: [RUN_ALL],
  forceDependencies: false,
  includeStale: false,
  force: [],
  takeOut: [],
};

/** A doctor for the computer alone. */
export function createComputerDoctor(context: StudyContext): Doctor {
  return createDoctor({
    ...portsOf(context),
    dir: null,
    settings: () => resolveSettings(context.givenSettings()),
    load: async () => loadOf(context.settings(), []),
    askRegistry: (signal) => askFor(context, `${context.registry()}/${KNOWN_IMAGE}`, signal),
    study: null,
  });
}

/** A doctor for an open study. */
export function createDoctorFacet(
  state: StudyState,
  facets: {
    readonly project: Pick<StudyProject, 'read'>;
    readonly plan: PlanFacet;
    readonly images: ImagesFacet;
    readonly records: RecordsFacet;
    readonly datasets: DatasetsFacet;
  },
): Doctor {
  const {context, dir, folder} = state;
  const {project, plan, images, records} = facets;
  return createDoctor({
    ...portsOf(context),
    dir,
    settings: () => state.settings.current(),
    async load() {
      const limits = Object.values(await readOverrides(folder));
      const actions = state.snapshot().project?.actions.length ?? 0;
      return loadOf(context.settings(), limits, Math.max(1, actions));
    },
    async askRegistry(signal) {
      const needed = await images.list();
      const image = needed.ok ? needed.value.images[0]?.image : undefined;
      return askFor(context, image ?? `${context.registry()}/${KNOWN_IMAGE}`, signal);
    },
    study: {
      records: folder.root,
      reload: () => project.read(),
      images: () => images.list(),
      async planAll() {
        // nothing is asked of a registry for it
        const options = {...runOptionsOf(context.settings()), pull: false};
        const prepared = await plan.prepare(EVERYTHING, options);
        return prepared.ok ? ok(prepared.value.findings) : prepared;
      },
      damage: () =>
        records
          .damage()
          .map(({message, remedy}) => ({message, isPutAside: remedy === 'put-aside'})),
      repair: () => records.repair(),
      async leftBeside() {
        const {project: known} = state.snapshot();
        const left = await filesBeside({folder, project: known, now: Date.now()});
        return left.map(({id}) => id);
      },
      definitions: () => lookAtDefinitions(state, facets.datasets),
    },
  });
}

/** Definitions that the doctor runs in their images at most: each takes seconds. */
const MOST_DEFINITIONS = 6;

/** Each definition once, the first of them in their images where these are there. */
async function lookAtDefinitions(
  {context, dir, snapshot}: StudyState,
  datasets: DatasetsFacet,
): Promise<DefinitionFacts> {
  const runs = datasets.list().filter(({file}) => file !== null);
  const once = [
    ...new Map(runs.map((run) => [JSON.stringify({...run, action: ''}), run])).values(),
  ];
  const isReady =
    context.settings().executor === 'docker' &&
    (await context.executors.check('docker')).state === 'ready';
  const asked = isReady ? once.slice(0, MOST_DEFINITIONS) : [];
  const problems: DefinitionFacts['problems'][number][] = [];
  const left = new Set(once.map(({action}) => action));
  let why = isReady ? `More than ${MOST_DEFINITIONS} take too long.` : 'No engine can be used.';
  for (const {action} of asked) {
    const looked = await datasets.look({of: action});
    if (!looked.ok) {
      why = looked.error.message;
      break;
    }
    left.delete(action);
    for (const {error, problems: found, file} of looked.value) {
      if (error !== null) problems.push({...error, file: error.file ?? file});
      problems.push(...found);
    }
  }
  for (const {action, file, output} of once)
    if (left.has(action) && file !== null)
      problems.push(...(await textProblems(dir, {file: plainPath(file), output})));
  const {reading} = snapshot();
  for (const {rule, action, message, hint, line, place} of reading.problems)
    if (action !== null && left.has(action) && place === undefined && isDefinitionRule(rule))
      problems.push({rule, message, hint, file: 'project.yaml', line});
  return {problems, lookedAt: once.length, left: left.size, why};
}

type SharedPorts = Omit<DoctorPorts, 'dir' | 'settings' | 'load' | 'askRegistry' | 'study'>;

function portsOf(context: StudyContext): SharedPorts {
  const executor = () => context.settings().executor;
  return {
    program: context.program,
    executor,
    engine: () => context.executors.check(executor()),
    engineHost: () => context.executors.hostOf(executor()).look(),
    async git(dir, signal) {
      const [program, state] = await Promise.all([
        lookAtGitProgram(dir, signal),
        dir === null ? null : readGitState(dir, signal),
      ]);
      return {...program, state};
    },
    folders: writtenFolders(context),
  };
}

function writtenFolders({cacheDir}: StudyContext): readonly Omit<WrittenFolder, 'writable'>[] {
  const settings = dirname(userSettingsPath(process.platform, process.env, homedir()));
  return [
    {what: 'Settings', path: settings},
    {what: 'Reusable actions', path: cacheDir},
    {what: 'Files on their way', path: tmpdir()},
  ];
}

function loadOf(
  {concurrency, memoryBytes, cpus}: Settings,
  limits: readonly {readonly memoryBytes: number | null; readonly cpus: number | null}[],
  jobs = concurrency,
) {
  return {
    together: Math.min(concurrency, jobs),
    largestMemoryBytes: Math.max(memoryBytes, ...limits.map((each) => each.memoryBytes ?? 0)),
    largestCpus: Math.max(cpus, ...limits.map((each) => each.cpus ?? 0)),
  };
}

async function askFor(context: StudyContext, image: string, signal: AbortSignal) {
  const asked = await context.executors.imagesOf('docker').newest(image, signal);
  return asked.ok ? ok(image.split('/')[0] ?? image) : asked;
}
