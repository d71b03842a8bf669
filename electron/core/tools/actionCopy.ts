import type {Action, Project} from '../../../shared/project';
import {ok} from '../../../shared/result';
import type {Staging} from '../../executor/executor';
import {readOverrides} from '../../runs/actionOverrides';
import type {JobDefinition} from '../../runs/runPorts';
import {prepareStudyFolder} from '../../runs/studyFolder';
import type {ImagesFacet} from '../engines/imagesFacet';
import {defineJobs} from '../plan/jobDefinitions';
import {createJobStaging} from '../runs/jobStaging';
import {localTarget} from '../runs/studyPorts';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** What a container beside any run is given of an action: what its job would be, with a copy of the code and inputs. */
export interface ActionCopy {
  readonly definition: JobDefinition;
  readonly studyId: string;
  readonly staging: Staging;
  readonly backend: string;
  /** What of its inputs is not there, in sentences. */
  readonly notices: readonly string[];
}

/** Makes an action definite, downloads its image where it is missing, and stages code and inputs. */
export async function copyForAction(
  {context, folder, history, snapshot}: StudyState,
  images: Pick<ImagesFacet, 'fetch'>,
  project: Project,
  action: Action,
): Answer<ActionCopy> {
  const {memoryBytes, cpus, offline} = context.settings();
  const defined = await defineJobs({
    actions: [action],
    options: {limits: {memoryBytes, cpus}},
    overrides: await readOverrides(folder),
    registry: context.registry(),
    resolveReusable: (image) => context.resolveReusable(image, !offline),
    stataLicence: context.stataLicence,
  });
  if (!defined.ok) return defined;
  const definition = defined.value.definitions.get(action.name);
  if (definition === undefined) throw new Error(`${action.name} was not made definite.`);
  const fetched = await images.fetch(definition.image);
  if (!fetched.ok) return fetched;
  const identity = await prepareStudyFolder(folder);
  if (!identity.ok) return identity;
  const notices: string[] = [...defined.value.notices];
  const target = localTarget(folder.study, snapshot().name);
  const staging = await createJobStaging(
    target,
    project,
    history,
    defined.value.codeDirs,
    (message) => notices.push(message),
  ).stage(definition);
  if (!staging.ok) return staging;
  for (const need of action.needs)
    if ((history.past(need)?.success ?? null) === null)
      notices.push(`${need} has not succeeded yet, so its outputs are missing.`);
  const {backend} = target;
  return ok({
    ...{definition, studyId: identity.value, staging: staging.value, backend},
    notices,
  });
}
