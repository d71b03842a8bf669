import {mkdir} from 'node:fs/promises';
import type {AppError} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import type {Staging} from '../../executor/executor';
import {stageInputs} from '../../files/stageCode';
import {checkModerate} from '../../outputs/checkModerate';
import {matchOutputs} from '../../outputs/matchOutputs';
import type {RunPorts} from '../../runs/runPorts';
import {studyFolder} from '../../runs/studyFolder';
import type {Backend} from './carryOut';
import type {ServedJob} from '../records';
import {HIGH_FOLDER, workspaceFolder} from '../storage/places';
import type {StudyCode} from './studyCode';

/** What the ports of one job are made of. */
export interface JobPortsOptions extends Pick<
  Backend,
  'config' | 'executor' | 'studyId' | 'codes' | 'stillHeld' | 'now'
> {
  readonly study: StudyCode;
  /** Of the action's code: the study's, or a reusable action's. */
  readonly codeDir: string;
  readonly served: ServedJob;
  /** Paths in the workspace of the outputs of what the action needs. */
  readonly inputs: readonly string[];
}

/** The target of a job: code of its commit, storage in the HIGH tree, and the database's network, which only some jobs get. */
export async function portsOf({
  config,
  executor,
  studyId,
  codes,
  study,
  codeDir,
  served,
  inputs,
  stillHeld,
  now,
}: JobPortsOptions): Promise<RunPorts> {
  const storage = workspaceFolder(config.high, served.workspace);
  await mkdir(storage, {recursive: true, mode: HIGH_FOLDER});
  const network = config.databaseNetwork === 'none' ? null : config.databaseNetwork;
  const stageCode = async (): Promise<Result<Staging, AppError>> => {
    const code = await codes.stage(study, codeDir);
    if (!code.ok) return code;
    return ok({code: code.value.entries, codeKey: code.value.codeKey, inputs: []});
  };
  return {
    target: {
      workspace: served.workspace,
      code: codeDir,
      storage,
      backend: config.backend,
      network: config.dummyDataOnly ? null : network,
      confined: true,
      database: served.database,
    },
    folder: studyFolder(storage),
    studyId,
    executor,
    rules: {match: matchOutputs, checkModerate},
    now,
    stageCode,
    async stage() {
      const [code, needed] = await Promise.all([stageCode(), stageInputs(storage, inputs)]);
      if (!code.ok) return code;
      return needed.ok ? ok({...code.value, inputs: needed.value}) : needed;
    },
    stillHeld,
    onEnded: () => undefined,
    onStaged: () => undefined,
    onSuccess: async () => undefined,
    afterSuccess: async () => undefined,
  };
}
