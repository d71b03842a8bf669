import type {AppError} from '../../shared/errors';
import type {ProjectReading} from '../../shared/project';
import {toProblem} from './brokenRules';
import {LineIndex} from './lineIndex';

/** The reading of a study without a project.yaml, or with one that can't be read for this reason. */
export function missingProject(
  studyDir: string,
  unreadable: AppError | null = null,
): ProjectReading {
  const problem = toProblem(
    {
      rule: 'E-FILE-MISSING',
      at: {from: 0, to: 0},
      ...(unreadable === null
        ? {
            message: `There is no project.yaml in ${studyDir}.`,
            hint: 'Open the folder that holds project.yaml, or add one.',
          }
        : {
            message: [unreadable.message, unreadable.why ?? ''].join(' ').trim(),
            hint: unreadable.hint ?? null,
          }),
    },
    new LineIndex(''),
  );
  return {
    valid: false,
    acceptedByReference: false,
    version: null,
    problems: [problem],
    project: null,
  };
}
