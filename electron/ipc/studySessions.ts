import {realpath} from 'node:fs/promises';
import {setTimeout as delay} from 'node:timers/promises';
import {type AppError, failWith} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import type {RunElsewhere} from '../../shared/runQueue';
import {runSummary} from '../../shared/runSummary';
import type {StudySnapshot} from '../../shared/study';
import {TOOL_TITLES} from '../../shared/tools';
import type {Core} from '../core/core';
import type {Study} from '../core/study';
import {createEventBridge, type EventBridge} from './eventBridge';
import type {SendEvent} from './ipcPort';
import {isFinal} from '../../shared/job';
import type {RunEvent} from '../../shared/run';

/** How often it is looked whether what was stopped has ended, in milliseconds. */
const STOP_LOOK_MS = 50;
/** How long the engine may take to tell which tools run before a window closes, in milliseconds. */
const TOOLS_MS = 2000;

/** A window that shows a study. */
interface View {
  readonly bridge: EventBridge;
  /** Files with changes in the window that are not written. */
  unsaved: readonly string[];
}

interface OpenStudy {
  readonly study: Study;
  /** By window; none while no window shows it and its runs go on. */
  readonly views: Map<number, View>;
  readonly progress: RunProgress;
  /** How far its run has come, from 0 to 1; null while nothing runs. */
  share: number | null;
}

/** What sessions report to the application around them. */
export interface SessionListener {
  /** Runs under way in all studies together changed to this number. */
  readonly activeRunsChanged: (count: number) => void;
  /** The run of a window's study has come to this share of its jobs, from 0 to 1; null once it has ended. */
  readonly runMoved: (windowId: number, share: number | null) => void;
  /** What `runsElsewhere` answers may have changed. */
  readonly runsMoved: () => void;
  /** A run ended; the window that shows its study, or null; how it ended, in a sentence. */
  readonly runFinished: (study: Study, windowId: number | null, ended: string) => void;
}

/** Which window shows which study; a study is open at most once, and lives on while its runs do. */
export type StudySessions = ReturnType<typeof createStudySessions>;

/** The sessions of one running application. With `shared`, several windows may show one study, as tabs of a browser do. */
export function createStudySessions(
  core: () => Promise<Core>,
  sendTo: (windowId: number) => SendEvent,
  listener: SessionListener,
  shared = false,
) {
  const open = new Map<string, OpenStudy>();
  const opening = new Map<string, Promise<unknown>>();

  function entryOf(windowId: number): OpenStudy | null {
    for (const entry of open.values()) if (entry.views.has(windowId)) return entry;
    return null;
  }

  const viewOf = (windowId: number): View | undefined => entryOf(windowId)?.views.get(windowId);

  function countActiveRuns(): void {
    let count = 0;
    for (const {study} of open.values()) count += study.runs.active().length;
    listener.activeRunsChanged(count);
  }

  async function closeIfIdle(key: string, entry: OpenStudy): Promise<void> {
    if (entry.views.size > 0 || !isIdle(entry.study)) return;
    if (open.get(key) !== entry) return;
    open.delete(key);
    await entry.study.close();
  }

  async function openAnew(key: string, dir: string): Promise<Result<OpenStudy, AppError>> {
    const opened = await (await core()).openStudy(dir, {watch: true});
    if (!opened.ok) return opened;
    const entry: OpenStudy = {
      study: opened.value,
      views: new Map(),
      progress: createRunProgress(),
      share: null,
    };
    open.set(key, entry);
    entry.study.subscribe((event) => {
      for (const {bridge} of entry.views.values()) bridge.handle(event);
      if (event.kind === 'queue-changed') setImmediate(() => void closeIfIdle(key, entry));
      if (event.kind !== 'run-event') return;
      const share = entry.progress.after(event.event);
      if (share !== undefined) {
        for (const windowId of entry.views.keys()) listener.runMoved(windowId, share);
        entry.share = share;
        listener.runsMoved();
      }
      const {event: what} = event;
      if (what.event !== 'started' && what.event !== 'finished') return;
      // the study counts its runs anew only after its listeners have been called
      setImmediate(() => {
        countActiveRuns();
        if (what.event === 'started') return;
        listener.runFinished(
          entry.study,
          firstWindow(entry),
          runSummary(what.jobs, what.outcome === 'cancelled'),
        );
        void closeIfIdle(key, entry);
      });
    });
    return ok(entry);
  }

  async function detach(windowId: number, entry: OpenStudy): Promise<void> {
    entry.views.get(windowId)?.bridge.close();
    entry.views.delete(windowId);
    for (const [key, candidate] of open) if (candidate === entry) await closeIfIdle(key, entry);
  }

  async function attach(windowId: number, dir: string): Promise<Result<StudySnapshot, AppError>> {
    const key = await keyOf(dir);
    const known = open.get(key);
    if (!shared && known !== undefined && known.views.size > 0 && !known.views.has(windowId)) {
      return failWith('study-busy', 'This study is already open in another window.', {
        hint: 'Use that window, or close it first.',
      });
    }
    const before = entryOf(windowId);
    if (before !== null && before !== known) await detach(windowId, before);
    const entry = known === undefined ? await openAnew(key, dir) : ok(known);
    if (!entry.ok) return entry;
    const {study, views} = entry.value;
    const bridge = views.get(windowId)?.bridge ?? createEventBridge(sendTo(windowId));
    // a page that is loaded anew has nothing unsaved
    views.set(windowId, {bridge, unsaved: []});
    listener.runsMoved();
    return ok(study.project.snapshot());
  }

  return {
    sendTo,
    async open(windowId: number, dir: string): Promise<Result<StudySnapshot, AppError>> {
      // one after the other, so that two windows never open the same folder twice
      const key = await keyOf(dir);
      const attempt = (opening.get(key) ?? Promise.resolve()).then(() => attach(windowId, dir));
      const settled = attempt.catch(() => undefined);
      opening.set(key, settled);
      try {
        return await attempt;
      } finally {
        if (opening.get(key) === settled) opening.delete(key);
      }
    },
    studyOf: (windowId: number): Study | null => entryOf(windowId)?.study ?? null,
    /** The window that shows this folder, or null. */
    windowOf: async (dir: string): Promise<number | null> => {
      const entry = open.get(await keyOf(dir));
      return entry === undefined ? null : firstWindow(entry);
    },
    /** The study opened from this folder, whether a window shows it or only its runs go on. */
    openStudy: (dir: string): Study | null =>
      [...open.values()].find(({study}) => study.dir === dir)?.study ?? null,
    follow: (windowId: number, jobId: string | null) => viewOf(windowId)?.bridge.follow(jobId),
    /** Files with changes in the window that are not written. */
    noteUnsaved(windowId: number, unsaved: readonly string[]): void {
      const view = viewOf(windowId);
      if (view !== undefined) view.unsaved = unsaved;
    },
    unsaved: (windowId: number): readonly string[] => viewOf(windowId)?.unsaved ?? [],
    batchTaken: (windowId: number) => viewOf(windowId)?.bridge.batchTaken(),
    /** Takes the study out of its window; closes it at once or when its last run has ended. */
    async close(windowId: number): Promise<void> {
      const entry = entryOf(windowId);
      if (entry !== null) await detach(windowId, entry);
    },
    /** Runs under way in the window's study. */
    activeRuns: (windowId: number): readonly string[] =>
      entryOf(windowId)?.study.runs.active() ?? [],
    /** Stops every run of the window's study and resolves when none is left. */
    async stopRuns(windowId: number): Promise<void> {
      const study = entryOf(windowId)?.study;
      if (study === undefined) return;
      await stopAllRuns(study);
    },
    /** What people call the tools that run on the window's study, as they were last known. */
    runningTools: (windowId: number): readonly string[] => toolTitles(entryOf(windowId)?.study),
    /** The same as the engine has it now, or as it was last known where that does not answer soon. */
    async toolsNow(windowId: number): Promise<readonly string[]> {
      const study = entryOf(windowId)?.study;
      await Promise.race([study?.tools.running(), delay(TOOLS_MS)]);
      return toolTitles(study);
    },
    /** Stops them. */
    async stopTools(windowId: number): Promise<void> {
      const tools = entryOf(windowId)?.study.tools;
      await Promise.all(tools?.known().map(({id}) => tools.stop({id})) ?? []);
    },
    /** What runs in the studies that a window does not show. */
    runsElsewhere: (windowId: number): readonly RunElsewhere[] =>
      [...open.values()].flatMap(({study, views, share}) =>
        share === null || views.has(windowId)
          ? []
          : [{dir: study.dir, name: study.project.snapshot().name, share}],
      ),
    /** Studies in which something runs, or waits and would run by itself. */
    busyStudies: (): readonly Study[] =>
      [...open.values()].map(({study}) => study).filter((study) => !isIdle(study)),
    /** Closes every study; runs go on in their containers and are found again at the next start. */
    async closeAll(): Promise<void> {
      const entries = [...open.values()];
      open.clear();
      await Promise.all(entries.map((entry) => entry.study.close()));
    },
  };
}

function firstWindow({views}: OpenStudy): number | null {
  return views.keys().next().value ?? null;
}

function toolTitles(study: Study | undefined): readonly string[] {
  return (study?.tools.known() ?? []).map(({tool}) => TOOL_TITLES[tool]);
}

/** Nothing runs, and nothing waits that would run by itself. */
function isIdle({runs}: Study): boolean {
  return runs.active().length === 0 && runs.queue().every(({held}) => held !== null);
}

/** The folder's one true name: links resolved and, where the file system ignores case, as written on disk. */
async function keyOf(dir: string): Promise<string> {
  return realpath(dir).catch(() => dir);
}

/** Takes out what waits, so that nothing begins any more, and stops what runs. */
async function stopAllRuns(study: Study): Promise<void> {
  await Promise.all(study.runs.queue().map(({id}) => study.runs.drop({queuedId: id})));
  await Promise.all(study.runs.active().map((runId) => study.runs.cancel({runId, action: null})));
  // looked at again and again: one that was only about to begin ends without a word
  while (study.runs.active().length > 0) await delay(STOP_LOOK_MS);
}

/** How far the run under way in a study has come. */
interface RunProgress {
  /** The share of jobs that have ended, from 0 to 1, after this event; null at the run's end, undefined where it shows nothing. */
  after(event: RunEvent): number | null | undefined;
}

/** The progress of one run after the other. */
export function createRunProgress(): RunProgress {
  const ended = new Map<string, boolean>();
  const share = (): number => [...ended.values()].filter(Boolean).length / Math.max(1, ended.size);
  return {
    after(event) {
      switch (event.event) {
        case 'started':
          ended.clear();
          for (const job of event.run.jobs) ended.set(job.id, isFinal(job.statusCode));
          return share();
        case 'job':
          ended.set(event.job.id, isFinal(event.job.statusCode));
          return share();
        case 'finished':
          ended.clear();
          return null;
        default:
          return undefined;
      }
    },
  };
}
