import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {StudySnapshot} from '../../shared/study';
import type {Core, Study, StudyEvent} from '../../electron/core/core';

/** A study that answers what a test gives it, and refuses the rest. */
export interface FakeStudy extends Study {
  emit(event: StudyEvent): void;
  setActiveRuns(runIds: readonly string[]): void;
  isClosed(): boolean;
}

const refuse = async (): Promise<Result<never, AppError>> =>
  err(appError('not-found', 'The fake study was not told what to answer.'));

/** An empty study in `dir`. */
export function fakeStudy(dir: string, answers: Partial<Study> = {}): FakeStudy {
  const listeners = new Set<(event: StudyEvent) => void>();
  let activeRuns: readonly string[] = [];
  let closed = false;
  return {
    dir,
    snapshot: () => emptySnapshot(dir),
    reload: async () => emptySnapshot(dir),
    statuses: refuse,
    git: refuse,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    previewFix: refuse,
    previewAdd: refuse,
    applyEdits: refuse,
    planPreview: refuse,
    preflight: refuse,
    startRun: refuse,
    cancel: refuse,
    activeRuns: () => activeRuns,
    runs: refuse,
    overrides: refuse,
    saveOverride: refuse,
    readLog: refuse,
    resolveFile: refuse,
    outputs: refuse,
    readOutput: refuse,
    previewClear: refuse,
    clearOutputs: refuse,
    changesOf: refuse,
    markUpToDate: refuse,
    decisions: refuse,
    restorable: refuse,
    restore: refuse,
    cacheUsage: refuse,
    clearCache: refuse,
    loadView: refuse,
    saveView: refuse,
    close: async () => {
      closed = true;
    },
    ...answers,
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
    engine: () => ({state: 'checking'}),
    checkEngine: async () => ({state: 'down', message: 'No engine.', hint: 'Start one.'}),
    onEngineChange: () => () => undefined,
    copySample: async (targetDir) => ok(targetDir),
    isSample: async (dir) => dir.endsWith('sample'),
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
    scripts: new Map(),
  };
}
