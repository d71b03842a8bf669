import type {ProjectReading} from '../../shared/project';
import {toProblem} from './brokenRules';
import {LineIndex} from './lineIndex';

/** The reading of a study without a project.yaml, or with one that can't be opened. */
export function missingProject(studyDir: string): ProjectReading {
  const problem = toProblem(
    {
      rule: 'E-FILE-MISSING',
      at: {from: 0, to: 0},
      message: `There is no project.yaml that can be read in ${studyDir}.`,
      hint: 'Open the folder that holds project.yaml, or add one.',
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
