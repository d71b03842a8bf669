import {Play, RotateCcw, X} from 'lucide-react';
import {useEffect, useMemo, useRef, useState, type ReactNode} from 'react';
import {formatBytes, formatDuration, formatList, formatPlural} from '../../shared/format';
import type {Plan, PlannedJob, RunRequest} from '../../shared/plan';
import type {PlanPreview, PreflightFinding} from '../../shared/preview';
import {ErrorWords} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Callout, EmptyState} from '../ui/Section';
import {Findings} from './Findings';
import {PlanJobs} from './PlanJobs';
import {openPlan, refreshPlan, startPlannedRun} from './planTray';
import {neededScope} from './runScopes';
import {SKIP_WORDS} from './planWords';
import styles from './PlanTray.module.css';

/** What a run would do, before it does it: jobs, reasons, times, images, files, checks; and the way to change it. */
export function PlanTray() {
  const desk = useDesk();
  const plan = useDeskState((state) => state.plan);
  const running = useDeskState((state) => state.activeRunId !== null);
  const change = (next: Partial<RunRequest>) => {
    if (plan.request !== null) void refreshPlan(desk, {...plan.request, ...next});
  };

  if (plan.request === null) return <NoPlan />;
  const {preview, findings, request} = plan;
  return (
    <div className={styles.tray} data-loading={plan.loading}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h2 className={styles.title}>{plan.title}</h2>
          <p className={styles.sum} role="status">
            {preview === null ? (plan.loading ? 'Working out the plan…' : '') : planSum(preview)}
          </p>
        </div>
        <RunPlanned running={running} />
      </div>
      <div className={styles.body}>
        <div className={styles.notes}>
          {plan.error !== null && (
            <Callout tone="fail">
              <ErrorWords error={plan.error} />
            </Callout>
          )}
          {findings !== null && (
            <Findings findings={findings.filter((finding) => !saysImages(finding, preview))} />
          )}
          {preview !== null && <Images preview={preview} />}
          {preview !== null && <Difference preview={preview} />}
          {preview !== null && <Overwrites preview={preview} />}
          <TakenOut request={request} onChange={change} />
        </div>
        {preview !== null && (
          <PlanJobs
            preview={preview}
            request={request}
            onTakeOut={(action) => change({takeOut: [...request.takeOut, action]})}
            onUnforce={(action) => change({force: request.force.filter((name) => name !== action)})}
          />
        )}
      </div>
    </div>
  );
}

/** A finding that only repeats the list of images to pull. */
function saysImages(finding: PreflightFinding, preview: PlanPreview | null): boolean {
  return (
    finding.check === 'images' &&
    finding.level === 'warning' &&
    preview !== null &&
    preview.images.some((image) => !image.present)
  );
}

function NoPlan() {
  const desk = useDesk();
  const label = useDeskState((state) => neededScope(state).label);
  const count = useDeskState((state) => neededScope(state).count);
  return (
    <EmptyState
      title="Nothing planned"
      action={
        count > 0 && (
          <Button onClick={() => openPlan(desk, neededScope(desk.store.getState()))}>
            Plan: {label}
          </Button>
        )
      }
    >
      Before anything runs, its jobs are listed here in order, each with its reason.
    </EmptyState>
  );
}

function planSum(preview: PlanPreview): string {
  const {plan, expectedSeconds} = preview;
  const time = expectedSeconds === null ? '' : `, about ${formatDuration(expectedSeconds)}`;
  return plan.jobs.length === 0
    ? 'Nothing to do: everything asked for is up to date.'
    : `${formatPlural(plan.jobs.length, 'job')}${time}`;
}

function RunPlanned({running}: {readonly running: boolean}) {
  const desk = useDesk();
  const plan = useDeskState((state) => state.plan);
  const button = useRef<HTMLButtonElement>(null);
  const jobs = plan.preview?.plan.jobs.length ?? 0;
  const blocked = plan.findings?.some((finding) => finding.level === 'block') ?? false;
  const ready = !plan.loading && plan.error === null && jobs > 0 && !blocked && !running;

  // the user asked to run: one more press of Enter does it. The tray is opened by them, so this is no theft
  const title = plan.title;
  useEffect(() => {
    if (ready) button.current?.focus();
  }, [title, ready]);

  return (
    <div className={styles.buttons}>
      <Button
        look="quiet"
        icon={<X aria-hidden="true" />}
        onClick={() => desk.store.setState((state) => ({plan: {...state.plan, ...NOTHING}}))}
      >
        Drop the plan
      </Button>
      <Button
        ref={button}
        look="primary"
        disabled={!ready}
        icon={<Play aria-hidden="true" />}
        tip={
          blocked ? 'Something must be mended first' : running ? 'A run is under way' : undefined
        }
        onClick={() => void startPlannedRun(desk)}
      >
        Run {formatPlural(jobs, 'job')}
      </Button>
    </div>
  );
}

const NOTHING = {title: null, request: null, preview: null, findings: null, error: null} as const;

/** Images that are not here yet: Run agrees to pull them. */
function Images({preview}: {readonly preview: PlanPreview}) {
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
function Difference({preview}: {readonly preview: PlanPreview}) {
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

function Overwrites({preview}: {readonly preview: PlanPreview}) {
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
function TakenOut(props: {
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
