import type {Doctor} from '../doctor/doctor';
import type {CleanUpFacet} from './cleanUpFacet';
import type {EnginesFacet} from './enginesFacet';
import type {FailuresFacet} from './failuresFacet';
import type {ImagesFacet} from './imagesFacet';
import type {LogsFacet} from './logsFacet';
import type {OutputsFacet} from './outputsFacet';
import type {PlanFacet} from './planFacet';
import type {ProjectFacet} from './projectFacet';
import type {ProvenanceFacet} from './provenanceFacet';
import type {RunsFacet} from './runsFacet';
import type {StudyEvent} from './studyState';
import type {ReleaseFacet} from './releaseFacet';
import type {RecordsFacet} from './recordsFacet';
import type {SettingsFacet} from './settingsFacet';
import type {ShellsFacet} from './shellsFacet';
import type {ToolsFacet} from './toolsFacet';
import type {ViewFacet} from './viewFacet';

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
  readonly logs: LogsFacet;
  readonly failures: FailuresFacet;
  readonly outputs: OutputsFacet;
  readonly provenance: ProvenanceFacet;
  readonly release: ReleaseFacet;
  readonly settings: SettingsFacet;
  readonly view: ViewFacet;
  readonly records: RecordsFacet;
  /** Answers the function that ends the subscription. */
  subscribe(listener: (event: StudyEvent) => void): () => void;
  /** Stops watching; runs under way go on unless cancelled first. */
  close(): Promise<void>;
}
