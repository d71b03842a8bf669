import {join} from 'node:path';
import type {Project} from '../../../shared/project';
import type {RunOptions} from '../../../shared/run';
import type {Executor} from '../../executor/executor';
import type {RunTarget} from '../../executor/runTarget';
import {readRegularFile} from '../../files/openFile';
import {checkModerate} from '../../outputs/checkModerate';
import {matchOutputs} from '../../outputs/matchOutputs';
import {readOpensafelyIds, readOpensafelyJobs} from '../../runs/opensafelyState';
import {otherRunner, type OtherRunner} from '../../runs/otherRunner';
import type {PortsOfStudy, RunPorts} from '../../runs/runPorts';
import {stageCode} from '../../files/stageCode';
import {createJobStaging} from './jobStaging';
import type {StudyState} from '../studyState';

/** What the runs of a study stand on. */
export type StudyPorts = ReturnType<typeof createStudyPorts>;

/** What a study is taken for whose project.yaml can’t be read. */
export const NO_PROJECT: Project = {version: 5, populationSize: null, actions: [], runAll: []};

/** Creates them for a study. */
export function createStudyPorts(
  state: StudyState,
  callbacks: Pick<RunPorts, 'onStaged' | 'onSuccess' | 'afterSuccess'>,
) {
  const {context, folder, history} = state;
  const forRun = (
    executor: Executor,
    studyId: string,
    project: Project,
    codeDirs: ReadonlyMap<string, string>,
    warn: (message: string) => void,
  ): PortsOfStudy => {
    const target = localTarget(folder.study, state.snapshot().name);
    return {
      target,
      folder,
      studyId,
      executor,
      rules: {match: matchOutputs, checkModerate},
      now: context.now,
      ...createJobStaging(target, project, history, codeDirs, warn),
      onEnded: (job) => history.note(job),
      ...callbacks,
    };
  };
  return {
    forRun,
    /** For a run that was cut off: its jobs are brought to their ends as they were begun. */
    forRecovery: (executor: Executor, studyId: string): PortsOfStudy =>
      forRun(executor, studyId, state.snapshot().project ?? NO_PROJECT, new Map(), () => undefined),
    /** Identifies the study's code as it is now; null where it can't be looked at. */
    async codeKey(project: Project): Promise<string | null> {
      const patterns = project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
      const code = await stageCode(folder.study, patterns);
      return code.ok ? code.value.codeKey : null;
    },
    /** Whether `opensafely run` works in the same study. */
    findOther: async (options: RunOptions): Promise<OtherRunner> => {
      const workspace = state.snapshot().name;
      const executor = context.executors.of(options.executor);
      const asked = await executor.foreignJobs(workspace).catch(() => null);
      const running = asked ?? [];
      // a study in another folder of this name has jobs of its own
      const known = running.length > 0 ? await readOpensafelyIds(folder.study) : new Set<string>();
      const containers = running.some((id) => known?.has(id));
      const jobs = await readOpensafelyJobs(folder.study, workspace);
      history.noteOpensafely(jobs);
      const found = otherRunner(containers, jobs, context.now() / 1000);
      const isUnknown = asked === null || known === null;
      return found.kind === 'none' && isUnknown ? {kind: 'unknown'} : found;
    },
  };
}

/** The text of the study's `job-resource-weights.ini` (RULES "Schedule"); empty where there is none. */
export async function readWeightsFile(studyDir: string): Promise<string> {
  return (
    await readRegularFile(join(studyDir, 'job-resource-weights.ini')).catch(() => '')
  ).toString();
}

/** The target of runs on a researcher's own computer: code and outputs share the study's folder, and no data is there. */
export function localTarget(studyDir: string, workspace: string): RunTarget {
  return {
    workspace,
    code: studyDir,
    storage: studyDir,
    backend: 'expectations',
    network: null,
    // as in the reference
    confined: false,
    database: 'dummy',
  };
}
