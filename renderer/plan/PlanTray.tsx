import {Play, X} from 'lucide-react';
import {useEffect, useRef, useState} from 'react';
import {exportSentence, type ExportedStudy} from '../../shared/export';
import {formatBytes, formatDuration, formatPlural, unsavedWords} from '../../shared/format';
import type {RunRequest} from '../../shared/plan';
import {nothingPlanned} from '../../shared/planSummary';
import type {RunFinding, PlanPreview} from '../../shared/preview';
import {SETTINGS} from '../../shared/settings';
import {copyItems, shownPlan} from '../state/copyCommand';
import {ErrorCallout} from '../errors/ErrorWords';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {unsavedPaths} from '../state/drafts';
import {openPlan, refreshPlan, startPlannedRun} from '../state/planTray';
import {neededScope} from '../state/runScopes';
import {changeSettings, settingsNow} from '../state/settings';
import {showingBottom} from '../state/sides';
import {fixLinesWords, runAbility, type RunAbility} from '../state/runWords';
import {Button} from '../ui/Button';
import {Menu, type MenuItem} from '../ui/Menu';
import {Callout, EmptyState} from '../ui/Section';
import {Findings} from './Findings';
import {PlanJobs} from './PlanJobs';
import {Difference, Images, Overwrites, Restorable, TakenOut} from './PlanNotes';
import {RunQueue} from './RunQueue';
import styles from './PlanTray.module.css';

/** What a run would do, before it does it: jobs, reasons, times, images, files, checks; and the way to change it. */
export function PlanTray() {
  const desk = useDesk();
  const plan = useDeskState((state) => state.plan);
  const ability = useDeskState(runAbility);
  const change = (next: Partial<RunRequest>) => {
    if (plan.request !== null) void refreshPlan(desk, {...plan.request, ...next});
  };

  const queued = useDeskState((state) => state.queue.length > 0);
  // said for as long as the plan that was exported is shown
  const [exported, setExported] = useState<{readonly of: string; readonly words: string} | null>(
    null,
  );

  if (plan.request === null) return queued ? <RunQueue alone /> : <NoPlan />;
  const {prepared: preview, request} = plan;
  const findings = preview?.findings ?? null;
  return (
    <div className={styles.tray} data-loading={plan.loading}>
      <div className={styles.head}>
        <div className={styles.words}>
          <h2 className={styles.title}>{plan.title}</h2>
          <p className={styles.sum} role="status">
            {preview === null ? (plan.loading ? 'Working out the plan…' : '') : planSum(preview)}
          </p>
        </div>
        <KeepGoing onChange={() => change({})} />
        {preview !== null && preview.plan.jobs.length > 0 && (
          <Export
            actions={preview.plan.jobs.map(({action}) => action)}
            onExported={(exported) =>
              setExported({of: preview.id, words: exportSentence(exported)})
            }
          />
        )}
        <RunPlanned ability={ability} />
      </div>
      <div className={styles.body}>
        <div className={styles.notes}>
          {queued && <RunQueue />}
          <FileNotes />
          <ErrorCallout error={plan.error} />
          {exported !== null && exported.of === preview?.id && (
            <Callout tone="ok">
              <p role="status">{exported.words}</p>
            </Callout>
          )}
          {plan.changes.length > 0 && (
            <Callout tone="stale">
              <p>
                <strong>Not started: the plan has changed since you saw it.</strong>
              </p>
              <ul>
                {plan.changes.map((change) => (
                  <li key={change}>{change}</li>
                ))}
              </ul>
            </Callout>
          )}
          {preview !== null && <Difference preview={preview} />}
          {findings !== null && (
            <Findings
              findings={findings.filter((finding) => !repeatsImages(finding, preview))}
              onLeaveOut={(actions) =>
                change({takeOut: [...new Set([...request.takeOut, ...actions])]})
              }
            />
          )}
          {preview !== null && <Images preview={preview} />}
          {preview !== null && <Restorable preview={preview} />}
          {preview !== null && <Overwrites preview={preview} />}
          <TakenOut request={request} onChange={change} />
        </div>
        {preview !== null && <PlanJobs preview={preview} request={request} onChange={change} />}
      </div>
    </div>
  );
}

/** A finding that only repeats the list of images to download. */
function repeatsImages(finding: RunFinding, preview: PlanPreview | null): boolean {
  return (
    finding.check === 'images' &&
    finding.level === 'warning' &&
    preview !== null &&
    preview.images.some((image) => !image.present)
  );
}

/** What is to be known of the files before a run of them: errors, and changes that it would not use. */
function FileNotes() {
  const lines = useDeskState(fixLinesWords);
  const unsaved = useDeskState(unsavedPaths);
  return (
    <>
      {lines !== null && (
        <Callout tone="fail">
          <strong>{lines}.</strong>
        </Callout>
      )}
      {unsaved.length > 0 && (
        <Callout tone="stale">{unsavedWords(unsaved)} Runs use the saved files.</Callout>
      )}
    </>
  );
}

function NoPlan() {
  const desk = useDesk();
  const lines = useDeskState(fixLinesWords);
  const label = useDeskState((state) => neededScope(state).label);
  const count = useDeskState((state) => neededScope(state).count);
  return (
    <EmptyState
      title={lines ?? 'Nothing planned'}
      action={
        lines !== null ? (
          <Button onClick={() => desk.store.setState((state) => showingBottom(state, 'problems'))}>
            Show problems
          </Button>
        ) : (
          count > 0 && (
            <Button onClick={() => openPlan(desk, neededScope(desk.store.getState()))}>
              {label}
            </Button>
          )
        )
      }
    >
      Press Run to see what will run, and why, before it starts.
    </EmptyState>
  );
}

function planSum(preview: PlanPreview): string {
  const {plan} = preview;
  if (plan.jobs.length === 0) return nothingPlanned(preview);
  return [
    formatPlural(plan.jobs.length, 'job'),
    ...timeWords(preview),
    ...imageWords(preview),
    ...fileWords(preview),
  ].join(' · ');
}

/** How long it may take, going by earlier runs. */
function timeWords({expectedSeconds, jobs}: PlanPreview): readonly string[] {
  if (expectedSeconds === null || jobs.every((job) => job.expectedSeconds === null)) return [];
  const more = jobs.some((job) => job.expectedSeconds === null) ? ' or more' : '';
  return [`about ${formatDuration(Math.max(1, Math.round(expectedSeconds)))}${more}`];
}

function imageWords({images}: PlanPreview): readonly string[] {
  const missing = images.filter((image) => !image.present);
  if (missing.length === 0) return [];
  const bytes = missing.reduce((sum, image) => sum + (image.sizeBytes ?? 0), 0);
  const unknown = missing.some((image) => image.sizeBytes === null);
  const size = bytes === 0 ? '' : `, ${unknown ? 'at least ' : ''}${formatBytes(bytes)}`;
  return [`${formatPlural(missing.length, 'image')} to download${size}`];
}

function fileWords({jobs}: PlanPreview): readonly string[] {
  const files = jobs.reduce((sum, job) => sum + job.overwrites.length, 0);
  return files === 0 ? [] : [`replaces ${formatPlural(files, 'file')}`];
}

/** Whether the run goes on after a failure, as it is remembered for the study. */
function KeepGoing({onChange}: {readonly onChange: () => void}) {
  const desk = useDesk();
  const settings = useDeskState(settingsNow);
  if (settings === null) return null;
  return (
    <label
      className={styles.option}
      data-tip={`${SETTINGS.continueOnError.hint}. Remembered for this study`}
    >
      <input
        type="checkbox"
        checked={settings.values.continueOnError}
        onChange={({target}) => {
          void changeSettings(desk, {continueOnError: target.checked}, 'study');
          // the plan shown is carried out with the options it was worked out with
          onChange();
        }}
      />
      {SETTINGS.continueOnError.label}
    </label>
  );
}

/** Writes the actions of the plan as a folder for Snakemake, or copies the plan as a command. */
function Export(props: {
  readonly actions: readonly string[];
  readonly onExported: (exported: ExportedStudy) => void;
}) {
  const {actions, onExported} = props;
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const write = async (profile: 'local' | 'slurm'): Promise<void> => {
    setBusy(true);
    const exported = await ask(desk, 'plan:exportSnakemake', {actions, profile});
    setBusy(false);
    if (exported !== undefined && exported !== null) onExported(exported);
  };
  const items = (): readonly MenuItem[] => [
    {
      id: 'local',
      label: 'For Snakemake…',
      tip: 'A folder that runs these actions and all they need on another computer',
      onChoose: () => void write('local'),
    },
    {
      id: 'slurm',
      label: 'For Snakemake on Slurm…',
      tip: 'The same, with settings for a cluster',
      onChoose: () => void write('slurm'),
    },
    ...copyItems(shownPlan(desk.store.getState())),
  ];
  return (
    <Menu disabled={busy} menuLabel="Export" align="right" items={items}>
      {busy ? 'Exporting…' : 'Export…'}
    </Menu>
  );
}

function RunPlanned({ability}: {readonly ability: RunAbility}) {
  const desk = useDesk();
  const plan = useDeskState((state) => state.plan);
  const button = useRef<HTMLButtonElement>(null);
  const jobs = plan.prepared?.plan.jobs.length ?? 0;
  const blocked = plan.prepared?.findings.some((finding) => finding.level === 'block') ?? false;
  const refused = ability.kind === 'refused';
  const ready = !plan.loading && plan.error === null && jobs > 0 && !blocked && !refused;

  // the user asked to run: one more press of Enter does it. The tray is opened by them, so this is no theft
  const wanted = ready && plan.wantsFocus;
  useEffect(() => {
    if (!wanted) return;
    button.current?.focus();
    desk.store.setState((state) => ({plan: {...state.plan, wantsFocus: false}}));
  }, [desk, wanted]);

  return (
    <div className={styles.buttons}>
      <Button
        look="quiet"
        icon={<X />}
        onClick={() => desk.store.setState((state) => ({plan: {...state.plan, ...NOTHING}}))}
      >
        Cancel
      </Button>
      <Button
        ref={button}
        look="primary"
        disabled={!ready}
        icon={<Play />}
        tip={
          refused
            ? ability.why
            : blocked
              ? 'Something must be fixed first'
              : ability.kind === 'later'
                ? 'A run is under way: this one waits for its turn'
                : undefined
        }
        onClick={() => void startPlannedRun(desk)}
      >
        {ability.kind === 'later' ? 'Queue' : 'Run'} {formatPlural(jobs, 'job')}
      </Button>
    </div>
  );
}

const NOTHING = {
  ...{title: null, request: null, prepared: null},
  ...{changes: [], heldId: null, error: null},
} as const;
