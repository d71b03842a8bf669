import {RotateCcw} from 'lucide-react';
import {useMemo, type ReactNode} from 'react';
import {formatBytes, formatCount, formatList, formatPlural} from '../../shared/format';
import type {RunRequest} from '../../shared/plan';
import {doubtfulResults, reusedByReference} from '../../shared/planSummary';
import type {PlanPreview} from '../../shared/preview';
import {groupSimilar, groupsOf, isUnfolded, type GroupOf} from '../groups/similarActions';
import {RestoreOffer} from '../outputs/Restore';
import {useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Callout} from '../ui/Section';
import {SKIP_WORDS} from './comparison';
import styles from './PlanTray.module.css';
import {including} from './exclude';

/** Images that are not here yet: Run agrees to download them. */
export function Images({preview}: {readonly preview: PlanPreview}) {
  const missing = preview.images.filter((image) => !image.present);
  if (missing.length === 0) return null;
  const known = missing.reduce((sum, image) => sum + (image.sizeBytes ?? 0), 0);
  const unknown = missing.some((image) => image.sizeBytes === null);
  const size = known === 0 ? '' : `, ${unknown ? 'at least ' : ''}${formatBytes(known)}`;
  return (
    <Callout tone="accent">
      <strong>
        {formatPlural(missing.length, 'image')} to download first{size}
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

/** What `opensafely run` would reuse though it is not known to be up to date, and what this plan does. */
export function Difference({preview}: {readonly preview: PlanPreview}) {
  const {reusedOutOfDate} = preview;
  const reused = useMemo(() => reusedByReference(preview), [preview]);
  if (reused === 0 && reusedOutOfDate.length === 0) return null;
  return (
    <Callout tone="stale">
      {reused > 0 && (
        <p>
          <strong>
            <code>opensafely run</code> would skip {formatCount(reused)} of these:
          </strong>{' '}
          it only checks that output files exist.
        </p>
      )}
      {reusedOutOfDate.length > 0 && (
        <p>
          <strong>This plan reuses {doubtfulResults(reusedOutOfDate.length)}:</strong>{' '}
          {formatList(reusedOutOfDate, 6)}.
        </p>
      )}
    </Callout>
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

/** Nothing is folded or unfolded by the user. */
const AS_OPENED = {toggled: new Set<string>(), selection: null} as const;

/** What was excluded, each by its name; similar ones that would open folded in the plan are one here. */
function takenTogether(
  takeOut: readonly string[],
  groupOf: GroupOf,
): readonly {readonly words: string; readonly names: readonly string[]}[] {
  return groupSimilar(takeOut, groupOf).flatMap(({group, names}) =>
    group === null || isUnfolded(group.id, names, AS_OPENED)
      ? names.map((name) => ({words: name, names: [name]}))
      : [{words: `${group.label} × ${formatCount(names.length)}`, names}],
  );
}

/** Actions the user excluded, each with the way back. */
export function TakenOut(props: {
  readonly request: RunRequest;
  readonly onChange: (next: Partial<RunRequest>) => void;
}) {
  const {request, onChange} = props;
  const skipped = useDeskState((state) => state.plan.prepared?.plan.skipped);
  const doubtful = useDeskState(
    ({plan: {prepared}}) => (prepared?.reusedOutOfDate.length ?? 0) > 0,
  );
  const groupOf = useDeskState((state) => groupsOf(state.study));
  const others = skipped?.filter((skip) => skip.reason !== 'taken-out') ?? [];
  return (
    <>
      {request.takeOut.length > 0 && (
        <div className={styles.takenOut}>
          <span>Excluded:</span>
          {takenTogether(request.takeOut, groupOf).map(({words, names}) => (
            <Button
              key={words}
              icon={<RotateCcw />}
              aria-label={`Include ${words}`}
              tip="Include in the plan again"
              onClick={() => onChange(including(request, names))}
            >
              {words}
            </Button>
          ))}
        </div>
      )}
      {others.length > 0 && (
        <details className={styles.folded}>
          <summary>
            {formatPlural(others.length, 'action')} {doubtful ? 'not rerun' : 'already up to date'}
          </summary>
          <ul>
            {others.map((skip) => (
              <li key={skip.action} className={styles.skipped}>
                <span>
                  {skip.action}: {SKIP_WORDS[skip.reason]}
                </span>
                <Button
                  look="link"
                  tip="Run it although nothing requires it"
                  onClick={() => onChange({force: [...request.force, skip.action]})}
                >
                  Include
                </Button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
