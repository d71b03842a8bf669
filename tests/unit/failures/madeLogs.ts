import type {FailureFacts} from '../../../electron/failures/failureFacts';
import type {FailureButton} from '../../../shared/failure';
import {exitMessage} from '../../../electron/runs/exitCodes';
import {actionEdits} from '../../../electron/study/actionEdits';
import {readProject} from '../../../electron/study/readProject';
import {fixture} from '../../fixture';

/** One log that a tool printed, with all that it ran on. */
export interface MadeLog {
  readonly name: string;
  readonly image: 'python' | 'r' | 'ehrql' | 'stata';
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly files: Readonly<Record<string, string>>;
  readonly log: readonly string[];
  /** Its run line, where that of every log of its image is not the one. */
  readonly run?: string;
  /** What the job itself says, where its log does not. */
  readonly facts?: Partial<FailureFacts>;
}

/** The logs of a file of tests/fixtures/failures. */
export const madeLogs = (file: string) => fixture<readonly MadeLog[]>(`failures/${file}`);

const RUN = {
  python: 'python:v2 python analysis/model.py',
  r: 'r:v2 analysis/model.R',
  ehrql: 'ehrql:v1 generate-dataset analysis/dataset_definition.py --output output/model.csv',
  stata: 'stata-mp:v1 analysis/model.do',
} as const;

/** A study in which `model` needs what makes `output/dataset.csv`, and not what makes `output/cohort.csv`. */
export const studyText = (run: string): string => `version: '5.0'
actions:
  generate_dataset:
    run: python:v2 python analysis/dataset.py
    outputs:
      highly_sensitive:
        dataset: output/dataset.csv
  measure_bmi:
    run: python:v2 python analysis/bmi.py
    outputs:
      highly_sensitive:
        bmi: output/bmi.csv
  make_cohort:
    run: python:v2 python analysis/cohort.py
    outputs:
      highly_sensitive:
        csv: output/cohort.csv
        json: output/cohort.json
        rds: output/cohort.rds
        stata: output/cohort.dta
  model:
    run: ${run}
    needs: [generate_dataset, measure_bmi]
    outputs:
      highly_sensitive:
        model: output/model.csv
`;

/** The project.yaml of the study in which a job printed a log. */
export const studyTextOf = ({image, run}: Pick<MadeLog, 'image' | 'run'>): string =>
  studyText(run ?? RUN[image]);

/** The facts of a job that printed a log and ended so. */
export function factsOf(log: MadeLog, more: Partial<FailureFacts> = {}): FailureFacts {
  const text = studyTextOf(log);
  const {project} = readProject(text);
  if (project === null) throw new Error('the study of the test is not valid');
  const exitCode = log.exitCode ?? 1;
  const header = (path: string): readonly string[] =>
    log.files[path]?.split('\n')[0]?.split(',') ?? [];
  const inputs = Object.keys(log.files).filter((path) => path.startsWith('output/'));
  return {
    jobId: 'job',
    action: 'model',
    statusCode: log.name.startsWith('docker-') ? 'internal_error' : 'nonzero_exit',
    message: exitMessage({exitCode, outOfMemoryBytes: null, imageName: log.image}).message,
    exitCode,
    outOfMemoryBytes: null,
    peakMemoryBytes: null,
    unmatchedPatterns: [],
    unmatchedFiles: [],
    lines: log.log,
    firstSeq: 100,
    study: {project, edits: actionEdits(text), revision: 7},
    inputs,
    headers: async () =>
      inputs.filter((path) => path.endsWith('.csv')).map((path) => ({path, columns: header(path)})),
    code: async (path) => {
      const code = log.files[path];
      return code === undefined ? null : {text: code, changedSince: false};
    },
    codePaths: async () => Object.keys(log.files).filter((path) => !path.startsWith('output/')),
    ...log.facts,
    ...more,
  };
}

/** The button of a card as the tests write it: `open analysis/model.py:5`, `limits`. */
export function buttonWords(button: FailureButton): string {
  if (button.kind !== 'open') return button.kind;
  return `open ${button.path}${button.line === null ? '' : `:${button.line}`}`;
}
