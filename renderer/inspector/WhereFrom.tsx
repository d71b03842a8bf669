import {useDesk, useDeskState} from '../state/deskStore';
import {actionNamed, stateOfAction} from '../state/selectors';
import {Button} from '../ui/Button';
import {Section} from '../ui/Section';
import {InspectorLinks} from './InspectorLinks';
import {LastRuns} from './LastRuns';
import {RunLineOutline} from './RunLineOutline';
import {StateReason} from './StateReason';
import styles from './Inspector.module.css';

/** What an output was made from: its action, that action’s command and needs, and the runs of it. */
export function WhereFrom({action}: {readonly action: string}) {
  const definition = useDeskState((state) => actionNamed(state, action));
  const needs = useDeskState((state) => state.study?.graph?.upstream.get(action));
  return (
    <div className={styles.inspector}>
      <div className={styles.details}>
        <InspectorLinks label="Made by" names={[action]} />
        {definition !== undefined && (
          <Section label="Command">
            <RunLineOutline action={definition} />
          </Section>
        )}
        <InspectorLinks label="From the outputs of" names={needs ?? definition?.needs ?? []} />
        <LastRuns action={action} />
      </div>
    </div>
  );
}

/** What has changed since an output was made, and the way to earlier versions of it. */
export function WhatChanged({action, path}: {readonly action: string; readonly path: string}) {
  const {store} = useDesk();
  const state = useDeskState((desk) => stateOfAction(desk.statuses, action));
  return (
    <div className={styles.inspector}>
      <div className={styles.details}>
        <StateReason action={action} state={state} />
        <p>
          <Button onClick={() => store.setState({centre: {kind: 'output', path, view: 'compare'}})}>
            Compare with an earlier version
          </Button>
        </p>
      </div>
    </div>
  );
}
