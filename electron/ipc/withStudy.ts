import {appError, type AppError} from '../../shared/errors';
import {err, type Result} from '../../shared/result';
import type {Study} from '../core/core';
import type {StudySessions} from './studySessions';

/** Asks the window's study; answers an error where the window shows none. */
export async function withStudy<T>(
  sessions: StudySessions,
  windowId: number,
  ask: (study: Study) => Promise<Result<T, AppError>>,
): Promise<Result<T, AppError>> {
  const study = sessions.studyOf(windowId);
  if (study !== null) return ask(study);
  return err(
    appError('invalid-request', 'No study is open in this window.', {hint: 'Open a study first.'}),
  );
}
