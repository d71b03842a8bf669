import * as z from 'zod';
import type {ExportedStudy} from '../export';
import type {PreparedRun} from '../preview';
import type {ActionOverride} from '../settings';
import {ofStudy, ofWindow} from './request';
import {actionOverride, listOf, name, runOptions, runRequest} from './schemas';

type Overrides = Readonly<Record<string, ActionOverride>>;

/** What a run would do, before it does it. */
export const planRequests = {
  /** Works a request out; `runs:start` carries out what is answered, by its id. */
  prepare: ofWindow({request: runRequest, options: runOptions}).answers<PreparedRun>('text'),
  /**
   * Asks for a folder and writes these actions, with all that they need, as one in which Snakemake runs them; null when
   * the user changes their mind.
   */
  exportSnakemake: ofWindow({
    actions: listOf(name),
    profile: z.enum(['local', 'slurm']),
  }).answers<ExportedStudy | null>(),
  overrides: ofStudy({}).answers<Overrides>(),
  saveOverride: ofStudy({
    action: name,
    override: actionOverride.nullable(),
  }).answers<Overrides>(),
};
