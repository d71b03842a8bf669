import {join} from 'node:path';
import type {EntryOf, RequestAnswer, RequestArg, RequestName} from '../../shared/contract/contract';
import type {Core} from '../core/core';
import type {Study} from '../core/study';
import {SAMPLE_FOLDER, type Desktop} from './desktop';
import type {JobQueueDesk} from './jobQueueDesk';
import type {StudySessions} from './studySessions';
import {ok} from '../../shared/result';
import type {Updates} from '../../shared/update';
import {draftText} from '../../shared/releaseText';
import {beginAnswers} from './beginStudy';
import {createSampleExecutor} from './sampleExecutor';

/** What the window's own answers work with. */
export interface WindowContext {
  /** The core; loaded at the first request that needs it, so that the first paint waits for nothing. */
  readonly core: () => Promise<Core>;
  readonly desktop: Desktop;
  readonly sessions: StudySessions;
  readonly jobQueue: JobQueueDesk;
  readonly updates: Updates;
}

/** The window that asks, with the study that is open in it. */
export interface Caller<S extends Study | null> {
  readonly windowId: number;
  readonly study: S;
}

/** Answers to some requests. */
export type Answers<N extends RequestName> = {
  readonly [K in N]: (
    caller: Caller<EntryOf<K> extends {readonly by: 'app'} ? Study | null : Study>,
    arg: RequestArg<K>,
  ) => RequestAnswer<K>;
};

type OfWindow<N extends RequestName> = N extends RequestName
  ? EntryOf<N> extends {readonly by: 'study'}
    ? never
    : N
  : never;

/** Requests of a facet that no facet of a study answers. */
export type WindowRequests<Facet extends string = string> = Extract<
  OfWindow<RequestName>,
  `${Facet}:${string}`
>;

/** Answers every request that needs more than the open study; the compiler refuses one without its answer. */
export function windowAnswers(context: WindowContext): Answers<WindowRequests> {
  return {
    ...applicationAnswers(context),
    ...computerAnswers(context),
    ...fileAnswers(context),
    ...studyAnswers(context),
  };
}

/** The application itself, newer ones, and this computer as the runner of a job server's queue. */
function applicationAnswers({
  core,
  desktop,
  sessions,
  jobQueue,
  updates,
}: WindowContext): Answers<WindowRequests<'app' | 'jobQueue' | 'updates'>> {
  return {
    'app:info': async ({windowId, study}) => {
      const info = await desktop.appInfo(windowId);
      // a page that is loaded anew shows the study that its window has now
      return ok({...info, initialDir: study?.dir ?? info.initialDir});
    },
    'app:openWindow': (_caller, {dir}) => desktop.openWindow(dir),
    'app:copyReport': ({study}, {error}) => desktop.copyReport(error, study?.dir ?? null),
    'app:saveSettings': (_caller, {settings}) => desktop.saveSettings(settings),
    'app:chooseFolder': async ({windowId}, purpose) =>
      ok(await desktop.chooseFolder(windowId, purpose.for)),
    'app:createSample': async ({windowId}) => {
      const parent = await desktop.chooseFolder(windowId, 'sample');
      return parent === null ? ok(null) : (await core()).copySample(join(parent, SAMPLE_FOLDER));
    },
    ...beginAnswers(core, desktop, sessions.sendTo),
    'app:editRecent': (_caller, {dir, to}) => desktop.editRecent(dir, to),
    'app:export': ({windowId}, {suggestedName, content}) =>
      desktop.exportFile(windowId, suggestedName, content),

    'jobQueue:state': () => jobQueue.state(),
    'jobQueue:setUp': ({windowId}) => jobQueue.setUp(windowId),
    'jobQueue:turnOff': () => jobQueue.turnOff(),
    'jobQueue:start': () => jobQueue.start(),
    'jobQueue:stop': () => jobQueue.stop(),

    'updates:state': () => updates.state(),
    'updates:look': () => updates.look(),
    'updates:download': () => updates.download(),
    'updates:stop': () => updates.stop(),
    'updates:install': () => updates.install(),
  };
}

/** What asks the computer around a study: its engines, images, tools and doctor. */
function computerAnswers({
  core,
  desktop,
}: WindowContext): Answers<WindowRequests<'engines' | 'images' | 'tools' | 'doctor'>> {
  const checking = new Map<number, AbortController>();
  const doctorOf = async (study: Study | null) => study?.doctor ?? (await core()).doctor;
  const signalOf = (windowId: number): AbortSignal => {
    const stop = checking.get(windowId) ?? new AbortController();
    checking.set(windowId, stop);
    return stop.signal;
  };
  return {
    'engines:check': async ({study}) => {
      const {executor} = desktop.settings();
      return ok(
        await (study === null
          ? (await core()).checkEngine(executor)
          : study.engines.check(executor)),
      );
    },
    'engines:list': async ({study}) => ok(study?.engines.list() ?? (await core()).listEngines()),
    'engines:probe': async (_caller, {engine}) => ok(await (await core()).probeEngine(engine)),
    'engines:start': async (_caller, {engine}) => (await core()).startEngine(engine),

    'images:pull': async ({study}, {images}) => {
      // events say how each goes on and ends
      for (const image of images) void study.images.pull(image);
      return ok(null);
    },
    'images:save': async ({windowId, study}, {images}) => {
      const content = await study.images.save(images);
      if (!content.ok) return content;
      const name = `${study.project.snapshot().name}-images.tar`;
      const saved = await desktop.exportFile(windowId, name, content.value);
      // unread where the user changed their mind
      content.value.destroy();
      return saved;
    },
    'images:load': async ({windowId, study}) => {
      const file = await desktop.chooseImageFile(windowId);
      return file === null ? ok(null) : study.images.load(file);
    },

    'tools:launch': async ({study}, {tool}) => {
      const launched = await study.tools.launch(tool, {});
      if (!launched.ok || !launched.value.answers) return launched;
      const opened = await desktop.openTool(study.tools, launched.value.tool.id);
      return opened.ok ? launched : opened;
    },
    'tools:open': ({study}, {id}) => desktop.openTool(study.tools, id),

    'doctor:check': async ({windowId, study}, {check, ...leave}) => {
      const signal = signalOf(windowId);
      return ok(await (await doctorOf(study)).check(check, leave, signal));
    },
    'doctor:stop': async ({windowId}) => {
      checking.get(windowId)?.abort();
      checking.delete(windowId);
      return ok(null);
    },
    'doctor:report': async ({windowId, study}, {asksRegistry}) => {
      const signal = signalOf(windowId);
      const leave = {asksRegistry, repairs: false};
      return ok(await (await doctorOf(study)).report(leave, signal));
    },
  };
}

/** Files of a study that leave the window: into other programs, and to where the user wants them. */
function fileAnswers({
  desktop,
  sessions,
}: WindowContext): Answers<WindowRequests<'logs' | 'outputs' | 'release'>> {
  return {
    'logs:save': async ({windowId, study}, {jobId, suggestedName}) => {
      const text = await study.logs.text(jobId);
      return text.ok ? desktop.exportFile(windowId, suggestedName, text.value) : text;
    },
    'logs:openInEditor': async ({study}, {jobId}) => {
      const file = await study.logs.copyForEditor(jobId);
      return file.ok ? desktop.openInEditor(file.value, null) : file;
    },
    'logs:follow': async ({windowId}, {jobId}) => {
      sessions.follow(windowId, jobId);
      return ok(null);
    },

    'outputs:read': async ({study}, {path}) => {
      const content = await study.outputs.read(path);
      if (!content.ok || content.value.kind !== 'html') return content;
      return ok({...content.value, url: desktop.outputAddress(study.dir, path, false)});
    },
    'outputs:pageWithScripts': async ({study}, {path}) => {
      const file = await study.outputs.fileOf(path, 'show');
      return file.ok ? ok(desktop.outputAddress(study.dir, path, true)) : file;
    },
    'outputs:openWith': async ({study}, {path}) => {
      const file = await study.outputs.fileOf(path, 'show');
      return file.ok ? desktop.openWithProgram(file.value) : file;
    },
    'outputs:drag': async ({windowId, study}, {path, picture}) => {
      const file = await study.outputs.fileOf(path, 'drag');
      return file.ok ? desktop.dragFile(windowId, file.value, picture) : file;
    },

    'release:saveDraft': async ({windowId, study}, {draft, format}) => {
      const cleared = await study.release.clearDraft(draft);
      if (!cleared.ok) return cleared;
      const base = `${fileNameOf(draft.study)}-release-draft`;
      return format === 'json'
        ? desktop.exportFile(
            windowId,
            `${base}.json`,
            `${JSON.stringify(cleared.value, null, 2)}\n`,
          )
        : desktop.exportFile(windowId, `${base}.md`, draftText(cleared.value));
    },
    'release:saveReport': async ({windowId, study}) => {
      const made = await study.release.report();
      if (!made.ok) return made;
      const name = `${fileNameOf(study.project.snapshot().name)}-report.html`;
      return desktop.exportFile(windowId, name, made.value.page);
    },
  };
}

function fileNameOf(study: string): string {
  return study.replace(/[\\/:*?"<>|\0]/g, '-') || 'study';
}

/** Which study a window shows, its files in other programs, and where the sample study runs. */
function studyAnswers({
  core,
  desktop,
  sessions,
}: WindowContext): Answers<WindowRequests<'project' | 'plan'>> {
  const sample = createSampleExecutor(core);
  return {
    'project:open': async ({windowId}, {dir}) => {
      const opened = await sessions.open(windowId, dir);
      if (opened.ok) {
        // the study is shown without waiting for the list to be on disk
        desktop
          .rememberStudy(opened.value.dir)
          .catch((error: unknown) => desktop.logBug('recents', error));
      }
      return opened;
    },
    'project:expect': async (_caller, {dir}) => {
      (await core()).expectStudy(dir);
      return ok(null);
    },
    'project:close': async ({windowId}) => {
      await sessions.close(windowId);
      return ok(null);
    },
    'project:noteUnsaved': async ({windowId}, {paths}) => {
      sessions.noteUnsaved(windowId, paths);
      return ok(null);
    },
    'project:openInEditor': async ({study}, {path, line}) => {
      const file = await study.project.resolveFile(path);
      return file.ok ? desktop.openInEditor(file.value, line) : file;
    },
    'project:showInFolder': async ({study}, {path}) => {
      const file = await study.project.resolveFile(path);
      return file.ok ? desktop.showInFolder(file.value) : file;
    },
    'plan:exportSnakemake': async ({windowId, study}, {actions, profile}) => {
      const to = await desktop.chooseFolder(windowId, 'export');
      return to === null ? ok(null) : study.plan.export({actions, to, runtime: 'docker', profile});
    },
    'plan:prepare': async ({study}, {request, options}) =>
      study.plan.prepare(request, await sample.optionsFor(study, options)),
  };
}
