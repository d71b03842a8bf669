import {Fragment} from 'react';
import type {Action} from '../../shared/project';
import {STATE_WORDS} from '../../shared/status';
import {PartFault} from '../errors/PartFault';
import {useDesk, useDeskState} from '../state/deskStore';
import {openPath} from '../state/openPath';
import {actionNamed, stateOfAction} from '../state/selectors';
import {StateIcon} from '../status/StateIcon';
import {Button} from '../ui/Button';
import {EmptyState, Section} from '../ui/Section';
import {NotCollectedFiles} from './AttemptReason';
import {DatasetSection} from './dataset/DatasetSection';
import {InspectorLinks} from './InspectorLinks';
import {InspectorOutputs} from './InspectorOutputs';
import {JobFilesSection} from './JobFilesSection';
import {LastRuns} from './LastRuns';
import {LimitsLine} from './Limits';
import {OnSave} from './OnSave';
import {RunLineOutline} from './RunLineOutline';
import {SelectionButtons} from './SelectionButtons';
import {SelectionDetails} from './SelectionDetails';
import {pickedNames} from '../state/selection';
import {StateReason} from './StateReason';
import styles from './Inspector.module.css';

/** Everything about the selected action. */
export function Inspector() {
  const action = useDeskState((state) => actionNamed(state, state.selection));
  const selection = useDeskState((state) => state.selection);
  const picked = useDeskState(pickedNames);
  return (
    <aside className={styles.inspector} aria-label="Details">
      {picked.length > 1 ? (
        <SelectionDetails names={picked} />
      ) : action === undefined && selection !== null ? (
        <EmptyState title={`${selection} is not in project.yaml`}>
          The logs of its earlier runs are kept.
        </EmptyState>
      ) : action === undefined ? (
        <EmptyState title="Nothing selected">
          Select an action to see its state and why, its command, needs, outputs and last runs.
        </EmptyState>
      ) : (
        <ActionDetails key={action.name} action={action} />
      )}
    </aside>
  );
}

function ActionDetails({action}: {readonly action: Action}) {
  const {store} = useDesk();
  const state = useDeskState((desk) => stateOfAction(desk.statuses, action.name));
  const graph = useDeskState((desk) => desk.study?.graph);
  return (
    <div className={styles.details}>
      <h2 className={styles.title}>
        <StateIcon state={state} />
        <span className="visually-hidden">
          {action.name}, {STATE_WORDS[state]}
        </span>
        <span aria-hidden="true" className={styles.name}>
          {action.name.split(/(?<=_)/).map((part, index) => (
            <Fragment key={index}>
              {part}
              <wbr />
            </Fragment>
          ))}
        </span>
      </h2>
      <div className={styles.reasons}>
        <StateReason action={action.name} state={state} />
        <NotCollectedFiles action={action.name} />
      </div>
      <SelectionButtons />
      <Section label="Command">
        <PartFault part="The command">
          <RunLineOutline action={action} />
        </PartFault>
        <ScriptLinks action={action} />
        <LeavingImage action={action.name} />
      </Section>
      <PartFault part="The dataset">
        <DatasetSection action={action.name} />
      </PartFault>
      <InspectorLinks label="Needs" names={graph?.upstream.get(action.name) ?? action.needs} />
      <InspectorOutputs action={action} />
      <JobFilesSection action={action.name} />
      <InspectorLinks label="Needed by" names={graph?.downstream.get(action.name) ?? []} />
      <LastRuns action={action.name} />
      <OnSave action={action.name} />
      <LimitsLine
        action={action.name}
        onChange={() => store.setState({dialog: {kind: 'override', action: action.name}})}
      />
    </div>
  );
}

/** The way off an image that is going away. */
function LeavingImage({action}: {readonly action: string}) {
  const {store} = useDesk();
  const leaving = useDeskState(({study}) =>
    study?.reading.problems.some(
      (problem) => problem.rule === 'S-IMAGE-LEAVING' && problem.action === action,
    ),
  );
  if (leaving !== true) return null;
  return (
    <p className={styles.links}>
      <span className={styles.dim}>Its image is going away.</span>
      <Button look="link" onClick={() => store.setState({dialog: {kind: 'move-image', action}})}>
        Try another…
      </Button>
    </p>
  );
}

function ScriptLinks({action}: {readonly action: Action}) {
  const desk = useDesk();
  const script = useDeskState((state) => state.study?.scripts.get(action.name));
  return (
    <p className={styles.links}>
      {script !== undefined && (
        <Button
          look="link"
          tip={`Opens ${script}; with Ctrl in your editor`}
          onClick={(event) => void openPath(desk, script, null, event.ctrlKey || event.metaKey)}
        >
          Open script
        </Button>
      )}
      <Button
        look="link"
        onClick={() =>
          desk.store.setState({centre: {kind: 'project-file', line: action.span.line}})
        }
      >
        project.yaml line {action.span.line}
      </Button>
    </p>
  );
}
