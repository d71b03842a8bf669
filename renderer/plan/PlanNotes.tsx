import {RotateCcw} from 'lucide-react';
import {useMemo, useState, type ReactNode} from 'react';
import {formatBytes, formatList, formatPlural} from '../../shared/format';
import type {Plan, PlannedJob, RunRequest} from '../../shared/plan';
import type {PlanPreview} from '../../shared/preview';
import {RestoreOffer} from '../outputs/RestoreOffer';
import {useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Callout} from '../ui/Section';
import {SKIP_WORDS} from './planWords';
import styles from './PlanTray.module.css';

/** Images that are not here yet: Run agrees to pull them. */
export function Images({preview}: {readonly preview: PlanPreview}) {
  const missing = preview.images.filter((image) => !image.present);
  if (missing.length === 0) return null;
  const known = missing.reduce((sum, image) => sum + (image.sizeBytes ?? 0), 0);
  const unknown = missing.some((image) => image.sizeBytes === null);
  const size = known === 0 ? '' : `, ${unknown ? 'at least ' : ''}${formatBytes(known)}`;
  return (
    <Callout tone="accent">
      <strong>
        {formatPlural(missing.length, 'image')} to pull first{size}
      </strong>
      <ul>
        {missing.map((image) => (
          <li key={image.image}>
            <code>{image.image}</code>
            {image.sizeBytes !== null && ` ${formatBytes(image.sizeBytes)}`}
          </li>
        ))}
      </ul>
    </Callout>
  );
}

/** Where `opensafely run` would do something else with the same request, both plans side by side. */
export function Difference({preview}: {readonly preview: PlanPreview}) {
  const [open, setOpen] = useState(false);
  const {plan, referencePlan, reusedStale} = preview;
  const sides = useMemo(() => differences(plan, referencePlan), [plan, referencePlan]);
  const reuses = sides.onlyHere.filter((job) => job.reason.includes('out-of-date'));
  if (sides.onlyHere.length === 0 && sides.onlyThere.length === 0 && reusedStale.length === 0)
    return null;
  return (
    <Callout tone="stale">
      {reuses.length > 0 && (
        <p>
          <strong>opensafely run would reuse {formatPlural(reuses.length, 'stale result')}.</strong>{' '}
          It looks only at whether files exist.
        </p>
      )}
      {reusedStale.length > 0 && (
        <p>
          <strong>This plan reuses {formatPlural(reusedStale.length, 'stale result')}:</strong>{' '}
          {formatList(reusedStale, 6)}.
        </p>
      )}
      <Button look="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Hide the comparison' : 'Compare both plans'}
      </Button>
      {open && (
        <div className={styles.compare}>
          <Side title="This plan" jobs={plan.jobs} marked={sides.onlyHere} />
          <Side title="opensafely run" jobs={referencePlan.jobs} marked={sides.onlyThere} />
        </div>
      )}
    </Callout>
  );
}

function differences(here: Plan, there: Plan) {
  const names = (plan: Plan) => new Set(plan.jobs.map((job) => job.action));
  const inHere = names(here);
  const inThere = names(there);
  return {
    onlyHere: here.jobs.filter((job) => !inThere.has(job.action)),
    onlyThere: there.jobs.filter((job) => !inHere.has(job.action)),
  };
}

function Side(props: {
  readonly title: string;
  readonly jobs: readonly PlannedJob[];
  readonly marked: readonly PlannedJob[];
}) {
  const marked = new Set(props.marked);
  return (
    <section aria-label={props.title}>
      <h3 className={styles.sideTitle}>
        {props.title}: {formatPlural(props.jobs.length, 'job')}
      </h3>
      <ul className={styles.side} tabIndex={0} aria-label={`Jobs of ${props.title}`}>
        {props.jobs.map((job) => (
          <li key={job.action} data-only={marked.has(job)}>
            {job.action}
            {marked.has(job) && <span className={styles.only}> only here</span>}
          </li>
        ))}
        {props.jobs.length === 0 && <li>Nothing to do</li>}
      </ul>
    </section>
  );
}

/** Jobs that need not run, since the cache holds what they would make. */
export function Restorable({preview}: {readonly preview: PlanPreview}) {
  const jobs = useMemo(() => preview.plan.jobs.map(({action}) => action), [preview]);
  const some = useDeskState(({restorable}) => restorable.some(({action}) => jobs.includes(action)));
  return some ? (
    <Callout tone="accent">
      <RestoreOffer actions={jobs} />
    </Callout>
  ) : null;
}

/** Files of earlier successes that the plan replaces. */
export function Overwrites({preview}: {readonly preview: PlanPreview}) {
  const files = preview.jobs.flatMap((job) => job.overwrites);
  if (files.length === 0) return null;
  return (
    <Folded title={`${formatPlural(files.length, 'file')} will be replaced`}>
      {files.slice(0, FILES_LISTED).map((file) => (
        <li key={file}>{file}</li>
      ))}
      {files.length > FILES_LISTED && (
        <li>{formatPlural(files.length - FILES_LISTED, 'more file')}</li>
      )}
    </Folded>
  );
}

const FILES_LISTED = 200;

function Folded({title, children}: {readonly title: string; readonly children: ReactNode}) {
  return (
    <details className={styles.folded}>
      <summary>{title}</summary>
      <ul>{children}</ul>
    </details>
  );
}

/** Actions the user left out, each with the way back. */
export function TakenOut(props: {
  readonly request: RunRequest;
  readonly onChange: (next: Partial<RunRequest>) => void;
}) {
  const {request, onChange} = props;
  const skipped = useDeskState((state) => state.plan.preview?.plan.skipped);
  const others = skipped?.filter((skip) => skip.reason !== 'taken-out') ?? [];
  return (
    <>
      {request.takeOut.length > 0 && (
        <div className={styles.takenOut}>
          <span>Taken out by you:</span>
          {request.takeOut.map((action) => (
            <Button
              key={action}
              icon={<RotateCcw aria-hidden="true" />}
              aria-label={`Put ${action} back`}
              tip="Put back into the plan"
              onClick={() => onChange({takeOut: request.takeOut.filter((name) => name !== action)})}
            >
              {action}
            </Button>
          ))}
        </div>
      )}
      {others.length > 0 && (
        <details className={styles.folded}>
          <summary>{formatPlural(others.length, 'action')} left alone</summary>
          <ul>
            {others.map((skip) => (
              <li key={skip.action} className={styles.skipped}>
                <span>
                  {skip.action}: {SKIP_WORDS[skip.reason]}
                </span>
                <Button
                  look="link"
                  tip="Runs again although nothing asks for it"
                  onClick={() => onChange({force: [...request.force, skip.action]})}
                >
                  Run it too
                </Button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
