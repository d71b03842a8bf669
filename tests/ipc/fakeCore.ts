import type {EngineListing, EngineStatus} from '../../shared/engine';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {resolveSettings} from '../../shared/settings';
import type {StudySnapshot} from '../../shared/study';
import type {Doctor} from '../../electron/doctor/doctor';
import type {Core} from '../../electron/core/core';
import type {Study} from '../../electron/core/study';
import type {StudyEvent} from '../../electron/core/studyState';

/** A study that answers what a test gives it, and refuses the rest. */
export interface FakeStudy extends Study {
  emit(event: StudyEvent): void;
  setActiveRuns(runIds: readonly string[]): void;
  isClosed(): boolean;
}

const refuse = async (): Promise<Result<never, AppError>> =>
  err(appError('not-found', 'The fake study was not told what to answer.'));

/** Some of what a study's facets answer. */
export type FakeAnswers = {
  readonly [
    F in
      | 'project'
      | 'plan'
      | 'engines'
      | 'images'
      | 'cleanUp'
      | 'tools'
      | 'doctor'
      | 'shells'
      | 'runs'
      | 'logs'
      | 'failures'
      | 'outputs'
      | 'provenance'
      | 'release'
      | 'settings'
      | 'view'
  ]?: Partial<Study[F]>;
};

const ENGINE_DOWN: EngineStatus = {
  state: 'down',
  trouble: 'stopped',
  message: 'No engine.',
  hint: 'Start one.',
  remedy: null,
};

const NO_ENGINES: EngineListing = {
  engines: [],
  choice: {engine: null, by: 'default', variable: null},
  used: null,
  ofStudy: null,
  ofUser: null,
};

const NO_DOCTOR: Doctor = {check: async () => [], report: async () => ''};

/** An empty study in `dir`. */
export function fakeStudy(dir: string, answers: FakeAnswers = {}): FakeStudy {
  const listeners = new Set<(event: StudyEvent) => void>();
  let activeRuns: readonly string[] = [];
  let closed = false;
  return {
    dir,
    records: {damage: () => [], repair: refuse},
    project: {
      snapshot: () => emptySnapshot(dir),
      reload: async () => emptySnapshot(dir),
      git: refuse,
      previewFix: refuse,
      previewAdd: refuse,
      check: refuse,
      sampleFiles: refuse,
      addSample: refuse,
      applyEdits: refuse,
      readCode: refuse,
      resolveFile: refuse,
      ...answers.project,
    },
    engines: {
      status: () => ({state: 'checking'}),
      check: async () => ENGINE_DOWN,
      checkRun: async () => ENGINE_DOWN,
      list: () => NO_ENGINES,
      choose: refuse,
      ...answers.engines,
    },
    images: {
      list: refuse,
      local: refuse,
      newest: refuse,
      pull: refuse,
      fetch: refuse,
      stopPull: () => undefined,
      pulls: () => [],
      save: refuse,
      load: refuse,
      close: () => undefined,
      ...answers.images,
    },
    cleanUp: {preview: refuse, remove: refuse, ...answers.cleanUp},
    shells: {
      take: refuse,
      open: refuse,
      list: () => [],
      underWay: () => [],
      watch: refuse,
      unwatch: () => undefined,
      taken: () => undefined,
      write: () => undefined,
      resize: () => undefined,
      close: async () => undefined,
      closeAll: async () => undefined,
      ...answers.shells,
    },
    tools: {
      running: refuse,
      known: () => [],
      launch: refuse,
      address: refuse,
      entrance: refuse,
      stop: refuse,
      run: refuse,
      fullImage: (image) => image,
      ...answers.tools,
    },
    doctor: {...NO_DOCTOR, ...answers.doctor},
    plan: {prepare: refuse, overrides: refuse, saveOverride: refuse, ...answers.plan},
    runs: {
      start: refuse,
      cancel: refuse,
      adjust: refuse,
      closeNow: refuse,
      active: () => activeRuns,
      list: refuse,
      open: async () => [],
      queue: () => [],
      drop: refuse,
      move: refuse,
      unfinished: () => null,
      giveUp: refuse,
      takeOver: refuse,
      settle: refuse,
      ...answers.runs,
    },
    logs: {
      read: refuse,
      file: refuse,
      readMerged: refuse,
      copyForEditor: refuse,
      line: refuse,
      text: refuse,
      kept: async () => [],
      test: refuse,
      search: refuse,
      prepareSearch: () => undefined,
      stopSearch: () => undefined,
      close: async () => undefined,
      ...answers.logs,
    },
    failures: {why: refuse, whyEach: async () => new Map(), causes: refuse, ...answers.failures},
    outputs: {
      list: refuse,
      read: refuse,
      tableSchema: refuse,
      rowCount: refuse,
      tableRows: refuse,
      tableSummary: refuse,
      findInTable: refuse,
      tableSql: refuse,
      stopTableSql: refuse,
      closeTable: refuse,
      fileOf: refuse,
      textPage: refuse,
      linesBefore: refuse,
      datasetHealth: refuse,
      versions: refuse,
      compare: refuse,
      comparedRows: refuse,
      comparing: refuse,
      readVersion: refuse,
      runChanges: refuse,
      previewClear: refuse,
      clear: refuse,
      ...answers.outputs,
    },
    settings: {
      current: () => resolveSettings({}),
      own: () => ({settings: {}, faults: []}),
      saveOwn: refuse,
      ...answers.settings,
    },
    provenance: {
      statuses: refuse,
      changes: refuse,
      mark: refuse,
      decisions: refuse,
      restorable: refuse,
      restore: refuse,
      cacheUsage: refuse,
      clearCache: refuse,
      ...answers.provenance,
    },
    release: {
      check: refuse,
      stopCheck: () => undefined,
      waivers: refuse,
      waive: refuse,
      unwaive: refuse,
      draft: refuse,
      clearDraft: refuse,
      report: refuse,
      ...answers.release,
    },
    view: {load: refuse, save: refuse, ...answers.view},
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
    },
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    setActiveRuns: (runIds) => {
      activeRuns = runIds;
    },
    isClosed: () => closed,
  };
}

/** A core that opens fake studies and keeps them for the test to look at. */
export function fakeCore(open: (dir: string) => FakeStudy = fakeStudy): {
  readonly core: Core;
  readonly opened: readonly FakeStudy[];
} {
  const opened: FakeStudy[] = [];
  const core: Core = {
    async openStudy(dir) {
      const study = open(dir);
      opened.push(study);
      return ok(study);
    },
    expectStudy: () => undefined,
    engine: () => ({state: 'checking'}),
    checkEngine: async () => ENGINE_DOWN,
    onEngineChange: () => () => undefined,
    lookAtEngines: () => undefined,
    listEngines: () => NO_ENGINES,
    probeEngine: async () => null,
    startEngine: refuse,
    doctor: NO_DOCTOR,
    copySample: async (targetDir) => ok(targetDir),
    isSample: async (dir) => dir.endsWith('sample'),
    tables: {
      schema: refuse,
      beginning: refuse,
      countRows: refuse,
      rows: refuse,
      summary: refuse,
      compare: refuse,
      comparedRows: refuse,
      comparing: refuse,
      find: refuse,
      sql: refuse,
      stopSql: refuse,
      closeTable: refuse,
      close: async () => undefined,
    },
    close: async () => undefined,
  };
  return {core, opened};
}

function emptySnapshot(dir: string): StudySnapshot {
  return {
    dir,
    name: 'study',
    revision: 1,
    text: null,
    reading: {valid: false, acceptedByReference: false, version: null, problems: [], project: null},
    project: null,
    graph: null,
    broken: false,
    fromBefore: false,
    scripts: new Map(),
  };
}
