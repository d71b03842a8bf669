import {isAbsolute, relative, sep} from 'node:path';
import {realpath, stat} from 'node:fs/promises';
import {allRequests} from '../../shared/contract/contract';
import {crossing} from '../../shared/contract/crossing';
import {type AppError, appError, failWith} from '../../shared/errors';
import {NO_JOB_QUEUE} from '../../shared/jobQueue';
import {NO_UPDATES} from '../../shared/update';
import {err, ok, type Result} from '../../shared/result';
import type {Study} from '../core/study';
import {readStream} from '../files/openFile';
import {isInside} from '../files/studyPath';
import {answerRequests} from '../ipc/answerRequests';
import {APP_ORIGIN} from '../ipc/ipcPort';
import type {JobQueueDesk} from '../ipc/jobQueueDesk';
import type {WindowContext} from '../ipc/windowAnswers';
import {listFolder} from './folders';

type Answered = Result<unknown, AppError>;

/** Answers a tab's requests by their names. */
export interface WebAnswers {
  /** In the shape in which the answer crosses. */
  answer(name: string, arg: unknown): Promise<Answered>;
}

/** What a tab's answers stand on, beside what a window's do. */
export interface WebAnswerParts extends Omit<WindowContext, 'jobQueue' | 'updates'> {
  readonly windowId: number;
  /** Real path of the folder at and below which studies are opened. */
  readonly root: string;
  /** Asks the tab's user; true where they agree. */
  readonly confirms: (title: string, text: string) => Promise<boolean>;
  /** The tab's user has started a run. */
  readonly runStarted: () => void;
  /** Has the browser save a file. */
  readonly save: (name: string, content: AsyncIterable<Uint8Array>) => Promise<Answered>;
}

/** The answers of the contract, decoded and dispatched as the window's are, with what a browser does otherwise in their place. */
export function createWebAnswers(parts: WebAnswerParts): WebAnswers {
  const {windowId, root, sessions} = parts;
  const answers = new Map<string, (arg: unknown) => Promise<Answered>>();
  // the link's Host and Origin were looked at, and it knows the session's secret
  const sender = {windowId, frameUrl: `${APP_ORIGIN}/`, isMainFrame: true};
  const below: WindowContext['sessions'] = {
    ...sessions,
    open: async (id, dir) => {
      const real = await realpath(dir).catch(() => dir);
      return isInside(root, real) ? sessions.open(id, dir) : outsideRoot(root);
    },
  };
  answerRequests(
    {
      handle: ({name, crossing: how}, answer) =>
        answers.set(name, async (arg) => {
          const answered = await answer(sender, arg);
          return answered.ok ? ok(crossing(how, answered.value)) : answered;
        }),
    },
    {...parts, sessions: below, jobQueue: noJobQueue, updates: NO_UPDATES},
  );

  /** Puts something in the place of a request about a study; its argument is decoded as ever. */
  function instead(
    name: string,
    work: (study: Study, path: string, usual: () => Promise<Answered>) => Promise<Answered>,
  ): void {
    const usual = answers.get(name);
    const decoder = allRequests.find((request) => request.name === name)?.arg;
    if (usual === undefined || decoder === undefined) throw new Error(`No request ${name}.`);
    answers.set(name, async (arg) => {
      const study = sessions.studyOf(windowId);
      const decoded = decoder.safeParse(arg);
      if (study === null || !decoded.success) return usual(arg);
      // all that are replaced name a path, or none
      const {path = ''} = decoded.data as {readonly path?: string};
      return work(study, path, () => usual(arg));
    });
  }

  instead('project:showInFolder', (study, path) => download(parts, study, path));
  instead('runs:start', async (_study, _path, usual) => {
    const started = await usual();
    if (started.ok) parts.runStarted();
    return started;
  });
  instead('logs:save', async (_study, _path, usual) =>
    (await parts.confirms('Download this log?', MAY_HOLD)) ? usual() : ok(null),
  );
  instead('outputs:pageWithScripts', async () =>
    failWith('invalid-request', 'Scripts of outputs run only in the Study Desk window.', {
      why: 'A browser can’t keep them from the network.',
      hint: 'Open the study in the window to see this page with its scripts.',
    }),
  );
  // a page asks for the view with the study, so that both are on their way together
  const open = answers.get('project:open');
  const view = answers.get('view:load');
  let opening: Promise<unknown> = Promise.resolve();
  if (open === undefined || view === undefined) throw new Error('Nothing opens a study.');
  answers.set('project:open', (arg) => {
    const opened = open(arg);
    opening = opened;
    return opened;
  });
  answers.set('view:load', async (arg) => {
    await opening;
    return view(arg);
  });
  answers.set('web:folder', (arg) => listFolder(root, arg));

  return {
    answer: async (name, arg) =>
      answers.get(name)?.(arg) ??
      err(appError('invalid-request', 'Study Desk did not understand its own request.')),
  };
}

const MAY_HOLD =
  'It may hold moderately sensitive text. Keep it on computers that are approved for such data.';

function outsideRoot(root: string): Result<never, AppError> {
  return failWith('invalid-request', 'This folder is not among those served here.', {
    why: `Study Desk was started for ${root} and what lies below.`,
    hint: 'Start `study-desk web` with another --root.',
  });
}

/**
 * What a window shows in its folder a browser downloads: never what is highly sensitive, what is moderately sensitive only once
 * the user agrees, and of other files those that are neither kept by Study Desk nor under `output`.
 */
async function download(parts: WebAnswerParts, study: Study, path: string): Promise<Answered> {
  const output = await study.outputs.fileOf(path, 'drag');
  if (output.ok) {
    const listed = await study.outputs.list();
    const entry = listed.ok ? listed.value.outputs.find((each) => each.path === path) : undefined;
    const agreed =
      entry?.tier === 'minimally_sensitive' ||
      (await parts.confirms(
        'Download a moderately sensitive output?',
        `${path} leaves the computer it was made on. Keep it on computers that are approved for such data.`,
      ));
    return agreed ? send(parts, output.value) : ok(null);
  }
  if ((await study.outputs.fileOf(path, 'show')).ok) return output;
  const file = await study.project.resolveFile(path);
  if (!file.ok) return file;
  const rest = relative(await realpath(study.dir), file.value);
  const place = rest.split(sep)[0] ?? '';
  if (isAbsolute(rest) || ['..', 'metadata', 'output', '.git'].includes(place.toLowerCase()))
    return notDownloaded('It is kept by Study Desk, or may be an output whose tier is not known.');
  // reached by another name, such as a link
  const shown = rest.split(sep).join('/');
  if ((await study.outputs.fileOf(shown, 'show')).ok) return notDownloaded('It is an output.');
  const stats = await stat(file.value);
  if (stats.isDirectory()) return notDownloaded('It is a folder.', file.value);
  if (stats.nlink > 1) return notDownloaded('It has another name, which may be an output.');
  return send(parts, file.value);
}

async function send(parts: WebAnswerParts, file: string): Promise<Answered> {
  const name = file.split(sep).at(-1) ?? 'file';
  const saved = await parts.save(name, readStream(file));
  return saved.ok ? ok(null) : saved;
}

function notDownloaded(why: string, path?: string): Result<never, AppError> {
  return failWith('invalid-request', 'This can’t be downloaded.', {
    why,
    hint: 'Open it on the computer that Study Desk runs on.',
    ...(path === undefined ? {} : {path}),
  });
}

const unavailable = async () =>
  failWith('invalid-request', 'A job runner can’t be set up from a browser.', {
    hint: 'Use `study-desk serve`, or the Study Desk window.',
  });

const noJobQueue: JobQueueDesk = {
  state: async () => ok(NO_JOB_QUEUE),
  setUp: unavailable,
  turnOff: unavailable,
  start: unavailable,
  stop: unavailable,
};
