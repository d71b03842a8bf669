import {randomUUID} from 'node:crypto';
import {appError, type AppError} from '../../shared/errors';
import {requests, type RequestName} from '../../shared/contract/contract';
import {err, type Result} from '../../shared/result';
import type {IpcSender} from './ipcPort';
import {isTrustedSender} from './ipcPort';

/** A handler after its argument's type was checked off against its decoder. */
export type AnyHandler = (windowId: number, arg: unknown) => Promise<Result<unknown, AppError>>;

/** Answers one request: trusted sender, decoded argument, handler, Result; a throw becomes a bug with an id. */
export async function answerRequest(
  name: RequestName,
  handler: AnyHandler,
  sender: IpcSender,
  rawArg: unknown,
  logBug: (id: string, error: unknown) => void,
): Promise<Result<unknown, AppError>> {
  if (!isTrustedSender(sender)) {
    return err(
      appError('invalid-request', 'The request was refused.', {
        why: 'It did not come from a Study Desk window.',
      }),
    );
  }
  const decoded = requests[name].arg.safeParse(rawArg);
  if (!decoded.success) {
    return err(
      appError('invalid-request', 'The request was not understood.', {
        why: `The argument of ${name} is not of the agreed shape.`,
        hint: 'Please report this.',
        detail: decoded.error.issues
          .slice(0, 5)
          .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
          .join('\n'),
      }),
    );
  }
  try {
    return await handler(sender.windowId, decoded.data);
  } catch (error) {
    return err(bugError(name, error, logBug));
  }
}

function bugError(
  name: RequestName,
  error: unknown,
  logBug: (id: string, error: unknown) => void,
): AppError {
  const id = randomUUID().slice(0, 8);
  logBug(id, error);
  return appError('bug', 'Something in Study Desk itself failed.', {
    why: `The request ${name} ended with a fault (${id}).`,
    hint: 'Your files are as they were. Please copy the report and send it to us.',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
