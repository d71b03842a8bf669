import type {ImageState} from '../../../shared/engine';
import {appError, type AppError} from '../../../shared/errors';

/** Something runs in the study, and this needs it to itself. */
export function busy(): AppError {
  return appError('study-busy', 'This can’t be done while a run is under way.', {
    hint: 'Wait until the run has finished, or stop it.',
  });
}

/** Images that may not be downloaded are not here. */
export function missingImages(missing: readonly ImageState[]): AppError {
  const names = missing.map(({image}) => image).join(', ');
  return appError('image-missing', `These images are not on this computer: ${names}.`, {
    hint: 'Allow them to be downloaded, or load them into the container engine.',
  });
}

/** A plan that was asked for by its id is gone. */
export function noLongerPrepared(): AppError {
  return appError('not-found', 'This plan has expired.', {hint: 'Make the plan again.'});
}

/** A run that has ended meanwhile. */
export function notUnderWay(): AppError {
  return appError('not-found', 'That run has already finished.');
}

/** A plan without jobs. */
export function nothingToRun(): AppError {
  return appError('invalid-request', 'There is nothing to run.', {
    hint: 'Choose other actions, or rerun these although they are up to date.',
  });
}

/** A waiting run that waits no more. */
export function notQueued(): AppError {
  return appError('not-found', 'That run is no longer waiting.', {
    hint: 'It has started, or was removed from the queue.',
  });
}

/** A run that was stopped on its way to its start. */
export function stoppedBeforeItBegan(): AppError {
  return appError('cancelled', 'Stopped before any job began.');
}

/** Why a waiting run is held after the one before it was stopped. */
export function stoppedBefore(): AppError {
  return appError('cancelled', 'Not started because the run before it was stopped.', {
    hint: 'Start it if you still want it to run.',
  });
}

/** A fault of ours in a start. */
export function bug(error: unknown): AppError {
  return appError('bug', 'The run could not be started.', {
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
