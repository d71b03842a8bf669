import type {AppError} from '../../../shared/errors';
import type {Project} from '../../../shared/project';
import {ok, type Result} from '../../../shared/result';
import type {RunTarget} from '../../executor/runTarget';
import type {RunHistory} from '../../runs/runHistory';
import type {JobDefinition, PortsOfStudy} from '../../runs/runPorts';
import {stageCode, stageInputs, type StagedCode} from '../../files/stageCode';

/** A look at the study's code serves all jobs that start within this time, as one pass of the reference's loop does. */
const LOOK_MS = 1000;

/** Stages the jobs of one run: the study's code, or a reusable action's, and the outputs of what is needed. */
export function createJobStaging(
  target: RunTarget,
  project: Project,
  history: RunHistory,
  codeDirs: ReadonlyMap<string, string>,
  onReported: (message: string) => void,
): Pick<PortsOfStudy, 'stage' | 'stageCode'> {
  const patterns = project.actions.flatMap((action) => action.outputs.map(({pattern}) => pattern));
  const warned = new Set<string>();
  let look: {readonly at: number; readonly code: Promise<Result<StagedCode, AppError>>} | null =
    null;

  const studyCode = async (): Promise<Result<StagedCode, AppError>> => {
    const now = performance.now();
    if (look === null || now - look.at > LOOK_MS)
      look = {at: now, code: stageCode(target.code, patterns)};
    const code = await look.code;
    for (const {path, reason} of code.ok ? code.value.reported : []) {
      if (warned.has(path)) continue;
      warned.add(path);
      onReported(`${path} was not staged as it is: ${reason}`);
    }
    return code;
  };

  const codeOf = async ({action}: JobDefinition): Promise<Result<StagedCode, AppError>> => {
    const codeDir = codeDirs.get(action.name);
    return codeDir === undefined ? studyCode() : stageCode(codeDir, []);
  };

  return {
    async stage(definition) {
      const code = await codeOf(definition);
      if (!code.ok) return code;
      const needed = definition.action.needs.flatMap(
        (need) => history.past(need)?.success?.outputs.map(({path}) => path) ?? [],
      );
      const inputs = await stageInputs(target.storage, [...new Set(needed)]);
      if (!inputs.ok) return inputs;
      return ok({code: code.value.entries, codeKey: code.value.codeKey, inputs: inputs.value});
    },
    async stageCode(definition) {
      const code = await codeOf(definition);
      if (!code.ok) return code;
      return ok({code: code.value.entries, codeKey: code.value.codeKey, inputs: []});
    },
  };
}
