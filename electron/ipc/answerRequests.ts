import {randomUUID} from 'node:crypto';
import {
  allRequests,
  type NamedRequest,
  type RequestName,
  type StudyFacets,
} from '../../shared/contract/contract';
import {appError, type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {isTrustedSender, type IpcPort, type IpcSender} from './ipcPort';
import {windowAnswers, type Caller, type WindowContext} from './windowAnswers';
import type {Study} from '../core/study';

type AnyResult = Result<unknown, AppError>;
/** A function found by its request's name; it is called only with what that request's decoder let through. */
type Found<Args extends readonly unknown[]> = (...args: Args) => unknown;

/** Answers every request of the contract: trusted sender, decoded argument, the function of its name, Result. */
export function answerRequests(port: IpcPort, context: WindowContext): void {
  const ofWindow = windowAnswers(context);
  for (const request of allRequests)
    port.handle(request, async (sender, rawArg) => {
      const arg = argumentOf(request, sender, rawArg);
      if (!arg.ok) return arg;
      const {windowId} = sender;
      const study = context.sessions.studyOf(windowId);
      try {
        if (request.by !== 'app' && study === null) return err(NO_STUDY);
        return request.by === 'study' && study !== null
          ? await askFacet(request, study, arg.value)
          : await askWindow(ofWindow, request.name, {windowId, study}, arg.value);
      } catch (error) {
        return err(bugError(request.name, error, (id, fault) => context.desktop.logBug(id, fault)));
      }
    });
}

const NO_STUDY = appError('invalid-request', 'No study is open in this window.', {
  hint: 'Open a study first.',
});

/** The argument, once the sender is trusted and it is of the agreed shape. */
function argumentOf({name, arg}: NamedRequest, sender: IpcSender, rawArg: unknown): AnyResult {
  if (!isTrustedSender(sender))
    return failWith('invalid-request', 'The request was refused.', {
      why: 'It did not come from a Study Desk window.',
    });
  const decoded = arg.safeParse(rawArg);
  if (decoded.success) return ok(decoded.data);
  return failWith('invalid-request', 'Study Desk did not understand its own request.', {
    why: `The argument of ${name} is not of the agreed shape.`,
    hint: 'Please report this.',
    detail: decoded.error.issues
      .slice(0, 5)
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('\n'),
  });
}

/** Asks the method that has the request's name, of the facet that it names. */
async function askFacet(
  {facet, method, ending}: NamedRequest,
  study: Study,
  arg: unknown,
): Promise<AnyResult> {
  const facets: StudyFacets = study;
  // the type above holds that each facet has a method for each of its requests
  const methods = facets[facet as keyof StudyFacets] as unknown as Record<string, Found<[unknown]>>;
  const given = await methods[method]?.(arg);
  if (ending === 'result') return given as AnyResult;
  return ok(ending === 'value' ? given : null);
}

async function askWindow(
  answers: object,
  name: RequestName,
  caller: Caller<Study | null>,
  arg: unknown,
): Promise<AnyResult> {
  // `Answers` holds that there is one for each of these names
  const answer = (answers as Record<string, Found<[typeof caller, unknown]>>)[name];
  return (await answer?.(caller, arg)) as AnyResult;
}

function bugError(
  name: RequestName,
  error: unknown,
  logBug: (id: string, error: unknown) => void,
): AppError {
  const id = randomUUID().slice(0, 8);
  logBug(id, error);
  return appError('bug', 'Something in Study Desk failed.', {
    why: `The request ${name} failed (${id}).`,
    hint: 'Your files are as they were. Please copy the report and send it to us.',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
