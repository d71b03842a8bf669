import {randomBytes} from 'node:crypto';
import {homedir, tmpdir} from 'node:os';
import {isAbsolute, join, resolve} from 'node:path';
import type {ExecutorKind} from '../../shared/engine';
import {resolveSettings, type GivenSettings, type ResolvedSettings} from '../../shared/settings';
import {createDockerEngine} from '../docker/dockerExecutor';
import {probeEngine, startEngine} from '../docker/findEngines';
import {createProcessEngine} from '../process/processExecutor';
import {createReusableActions, DEFAULT_ACTION_BASE} from '../git/reusableActions';
import {findStataLicence} from '../git/stataLicence';
import type {Engine} from '../executor/executor';
import {createTableReader, type StartTableProcess} from '../outputs/tables/tableReader';
import {environmentSettings} from '../settings/decodeSettings';
import {cloneStudy, newStudy} from './begin/newStudy';
import {copySample, isSample} from '../sample/copySample';
import {boundHeap} from '../threads/boundHeap';
import type {Core} from './core';
import {createComputerDoctor} from './doctor/doctorFacet';
import {engineChoice, engineListing} from './engines/enginesFacet';
import {createEngineRooms} from '../runs/engineRoom';
import {createEnginePool} from './engines/executors';
import {openStudy} from './openStudy';
import {followStudy} from './runs/followElsewhere';
import {createIdleReader} from './project/idleReader';
import {createReaderInPlace} from './project/projectReader';
import type {StudyContext} from './studyContext';

/** What a core may be given; everything has a default. */
export interface CoreOptions {
  /** Of Study Desk. */
  readonly version?: string;
  /** Where images come from, whatever the settings say. */
  readonly registry?: string;
  /** Where reusable actions come from, the URL of an organisation or a folder of bare repositories; else `STUDY_DESK_ACTION_BASE`, else the public one. */
  readonly actionBase?: string;
  /** Caches that belong to no study; else the user's cache folder. */
  readonly cacheDir?: string;
  /** Milliseconds since 1970; else the computer's clock. */
  readonly clock?: () => number;
  /** Engines in place of the real ones. */
  readonly executors?: Partial<Readonly<Record<ExecutorKind, Engine>>>;
  /** What was chosen for all studies, else what the environment says; a study's own come between. */
  readonly settings?: () => GivenSettings;
  /** How the process that reads tables is started; else as a child process of Node. */
  readonly startTables?: StartTableProcess;
  /**
   * For a window, which must not wait: project.yaml is read on a thread. For a window of this computer that is begun now, as a
   * study is opened soon; a server of windows has less memory to spare.
   */
  readonly forWindow?: 'here' | 'in a browser';
}

/** How long reusable actions may take to be found and fetched. */
const RESOLVE_MS = 5 * 60 * 1000;

/** The user's cache folder of this system. */
function defaultCacheDir(env: Readonly<Record<string, string | undefined>>): string {
  const {LOCALAPPDATA, XDG_CACHE_HOME} = env;
  if (process.platform === 'win32' && LOCALAPPDATA !== undefined)
    return join(LOCALAPPDATA, 'study-desk', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'study-desk');
  const named = XDG_CACHE_HOME ?? '';
  return join(isAbsolute(named) ? named : join(homedir(), '.cache'), 'study-desk');
}

/** Study Desk and what it runs on, e.g. `Study Desk 0.1.0, Electron 45.4.1`. */
function programWords(version: string): string {
  const {electron, node} = process.versions;
  return `${`Study Desk ${version}`.trim()}, ${electron === undefined ? `Node ${node}` : `Electron ${electron}`}`;
}

/** The application without a window: what the window and the command line stand on. */
export function createCore(options: CoreOptions = {}): Core {
  boundHeap();
  const given = options.executors ?? {};
  const givenSettings =
    options.settings ?? (() => ({environment: environmentSettings(process.env).settings}));
  const resolved = () => resolveSettings(givenSettings());
  const settings = () => resolved().values;
  const pool = createEnginePool({
    docker: (name) => given.docker ?? createDockerEngine({name}, () => settings().proxy),
    process: () =>
      given.process ??
      createProcessEngine({
        temporaryRoot: tmpdir(),
        passedVariables: () => settings().passedVariables,
      }),
  });
  const chosenEngine = (of: ResolvedSettings) => engineChoice(of, process.env);
  const executors = pool.executors(() => chosenEngine(resolved()).engine);
  const idleReader = options.forWindow === undefined ? null : createIdleReader();
  if (options.forWindow === 'here') idleReader?.start();
  const reader = idleReader ?? createReaderInPlace();
  const tables = createTableReader(options.startTables);
  const cacheDir = options.cacheDir ?? defaultCacheDir(process.env);
  const reusable = createReusableActions({
    base: options.actionBase ?? process.env['STUDY_DESK_ACTION_BASE'] ?? DEFAULT_ACTION_BASE,
    cacheDir: join(cacheDir, 'actions'),
    proxy: () => settings().proxy,
  });
  const context: StudyContext = {
    program: programWords(options.version ?? ''),
    cacheDir,
    registry: () => options.registry ?? settings().registry,
    now: options.clock ?? Date.now,
    newRunId: () => randomBytes(5).toString('hex'),
    givenSettings,
    settings,
    pool,
    chosenEngine,
    executors,
    rooms: createEngineRooms(join(cacheDir, 'memory')),
    reader,
    tables,
    resolveReusable: (image, asksHost) =>
      reusable.resolve(image, AbortSignal.timeout(RESOLVE_MS), asksHost),
    reusableImageHere: (image) => reusable.imageHere(image),
    stataLicence: () => findStataLicence(),
  };
  /** For private repositories, and the way to them. */
  const gitAccess = () => {
    const token = process.env['STUDY_DESK_GIT_TOKEN'] ?? '';
    return {token: token === '' ? null : token, proxy: settings().proxy};
  };
  return {
    openStudy: (dir, openOptions) => openStudy(resolve(dir), openOptions, context),
    async openCommit(dir, ref) {
      // git is half a megabyte of code that nobody else here needs
      const {checkOutBeside} = await import('./commits/checkOutBeside');
      const copy = await checkOutBeside(resolve(dir), ref);
      if (!copy.ok) return copy;
      return openStudy(copy.value.dir, {watch: false, checkout: copy.value.checkout}, context);
    },
    expectOpening: () => idleReader?.start(60_000),
    expectStudy: (dir) => idleReader?.expect(resolve(dir)),
    engine: (kind) => executors.status(kind),
    checkEngine: (kind) => executors.check(kind),
    onEngineChange: (listener) => executors.onChange(listener),
    lookAtEngines: () => pool.lookAgain(),
    listEngines: () =>
      engineListing({
        choice: chosenEngine(resolved()),
        status: executors.status('docker'),
        ofStudy: null,
      }),
    probeEngine: (name) => probeEngine(name),
    startEngine: (name) => startEngine(name),
    doctor: createComputerDoctor(context),
    newStudy: (dir, from, hooks) => newStudy(dir, from, {...gitAccess(), ...hooks}),
    cloneStudy: (url, dir, hooks) => cloneStudy(url, dir, {...gitAccess(), ...hooks}),
    followStudy: (address, hooks) => followStudy(address, cacheDir, hooks),
    copySample: (targetDir) => copySample(targetDir),
    isSample: (dir) => isSample(dir),
    tables,
    async close() {
      await Promise.all([reader.close(), tables.close()]);
      await pool.close();
    },
  };
}
export type {StartTableProcess};
