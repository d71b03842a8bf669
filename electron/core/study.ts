import type {Doctor} from '../doctor/doctor';
import type {ChangesFacet} from './changes/changesFacet';
import type {CleanUpFacet} from './cleanUp/cleanUpFacet';
import type {CodelistsFacet} from './codelists/codelistsFacet';
import type {DatasetsFacet} from './datasets/datasetsFacet';
import type {EnginesFacet} from './engines/enginesFacet';
import type {FailuresFacet} from './failures/failuresFacet';
import type {ImagesFacet} from './engines/imagesFacet';
import type {LogsFacet} from './logs/logsFacet';
import type {OutputsFacet} from './outputs/outputsFacet';
import type {PlanFacet} from './plan/planFacet';
import type {ProjectFacet} from './project/projectFacet';
import type {ProvenanceFacet} from './provenance/provenanceFacet';
import type {RunsFacet} from './runs/runsFacet';
import type {StudyEvent} from './studyState';
import type {ReadyFacet} from './ready/readyFacet';
import type {ReleaseFacet} from './release/releaseFacet';
import type {RecordsFacet} from './doctor/recordsFacet';
import type {SettingsFacet} from './settings/settingsFacet';
import type {ShellsFacet} from './tools/shellsFacet';
import type {ToolsFacet} from './tools/toolsFacet';
import type {ViewFacet} from './settings/viewFacet';

/** An open study: everything the window and the command line do with it, a facet for each part of the contract. */
export interface Study {
  /** Absolute folder. */
  readonly dir: string;
  readonly project: ProjectFacet;
  readonly plan: PlanFacet;
  readonly runs: RunsFacet;
  readonly engines: EnginesFacet;
  readonly images: ImagesFacet;
  readonly cleanUp: CleanUpFacet;
  readonly tools: ToolsFacet;
  readonly doctor: Doctor;
  readonly shells: ShellsFacet;
  readonly datasets: DatasetsFacet;
  readonly codelists: CodelistsFacet;
  readonly changes: ChangesFacet;
  readonly logs: LogsFacet;
  readonly failures: FailuresFacet;
  readonly outputs: OutputsFacet;
  readonly provenance: ProvenanceFacet;
  readonly release: ReleaseFacet;
  readonly ready: ReadyFacet;
  readonly settings: SettingsFacet;
  readonly view: ViewFacet;
  readonly records: RecordsFacet;
  /** Answers the function that ends the subscription. */
  subscribe(listener: (event: StudyEvent) => void): () => void;
  /** Stops watching; runs under way go on unless cancelled first. */
  close(): Promise<void>;
}
