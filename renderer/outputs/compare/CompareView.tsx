import {useEffect, useMemo, useState} from 'react';
import {
  NOW,
  type KnownVersion,
  type OutputComparison,
  type OutputVersion,
  type RowMatching,
} from '../../../shared/comparison';
import {comparisonWords} from '../../../shared/comparisonWords';
import {ErrorBox} from '../../errors/ErrorWords';
import {useAnswer, type Answer} from '../../state/ask';
import {useDesk, useDeskState} from '../../state/deskStore';
import {Button} from '../../ui/Button';
import {DiffLines} from '../../ui/DiffLines';
import {EmptyState, Progress} from '../../ui/Section';
import styles from './Compare.module.css';
import {ComparedPictures} from './ComparedPictures';
import {ComparedTable} from './ComparedTable';
import {MatchingChoice} from './MatchingChoice';
import {VersionPicker} from './VersionPicker';

/** One output as it is now against an earlier version of it. */
export function CompareView({path}: {readonly path: string}) {
  const [known] = useAnswer('outputs:versions', {path});
  const isRepository = useDeskState((state) => state.git !== null);
  const [picked, setPicked] = useState<OutputVersion | null>(null);
  // the same object for as long as it is the same version, or the comparison would be made anew
  const ofRun = useMemo(() => (known?.ok === true ? firstOffered(known.value) : null), [known]);
  if (known === null) return <EmptyState title="Looking for earlier versions…" />;
  if (!known.ok) return <ErrorBox error={known.error} />;
  const old = picked ?? ofRun ?? (isRepository ? LAST_COMMIT : null);
  if (old === null)
    return (
      <EmptyState title="No earlier version">
        Earlier versions are kept from the second run on, and this study is not a git repository.
      </EmptyState>
    );
  return (
    <>
      <div className={styles.bar}>
        <VersionPicker known={known.value} old={old} onPick={setPicked} />
      </div>
      <Compared key={JSON.stringify(old)} path={path} old={old} />
    </>
  );
}

/** What is offered where no run made it. */
const LAST_COMMIT: OutputVersion = {kind: 'commit', commit: 'HEAD'};

/** The version before the latest; else the latest, against which edits by hand show. */
function firstOffered(known: readonly KnownVersion[]): OutputVersion | null {
  const version = known.slice(1).find(({kept}) => kept) ?? known[0];
  return version === undefined ? null : {kind: 'run', runId: version.runId};
}

/** How often it is asked how far a long comparison is, in milliseconds. */
const ASK_MS = 500;

function Compared({path, old}: {readonly path: string; readonly old: OutputVersion}) {
  const {host} = useDesk();
  const [matching, setMatching] = useState<RowMatching>({by: 'auto'});
  const [answer, setAnswer] = useState<Answer<OutputComparison>>(null);
  const [share, setShare] = useState<number | null>(null);

  useEffect(() => {
    let current = true;
    setAnswer(null);
    const timer = setInterval(() => {
      void host.request('outputs:comparing', {stop: false}).then((answered) => {
        if (current && answered.ok) setShare(answered.value);
      });
    }, ASK_MS);
    void host.request('outputs:compare', {path, old, now: NOW, matching}).then((found) => {
      clearInterval(timer);
      if (!current) return;
      setShare(null);
      setAnswer(found);
    });
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [host, path, old, matching]);

  if (answer === null)
    return (
      <EmptyState
        title="Comparing…"
        action={
          share !== null && (
            <>
              <Progress label="Comparing" done={share * 100} total={100} />
              <Button onClick={() => void host.request('outputs:comparing', {stop: true})}>
                Stop
              </Button>
            </>
          )
        }
      />
    );
  if (!answer.ok)
    return (
      <>
        <ErrorBox error={answer.error} />
        {matching.by === 'key' && (
          <Button look="link" onClick={() => setMatching({by: 'auto'})}>
            Match rows as before
          </Button>
        )}
      </>
    );
  const comparison = answer.value;
  return (
    <>
      {comparison.kind !== 'image' && (
        <div className={styles.result}>
          <strong role="status">{comparisonWords(comparison)}</strong>
          {comparison.kind === 'table' && (
            <MatchingChoice difference={comparison} onChoose={setMatching} />
          )}
        </div>
      )}
      <Shown path={path} old={old} matching={matching} comparison={comparison} />
    </>
  );
}

function Shown(props: {
  readonly path: string;
  readonly old: OutputVersion;
  readonly matching: RowMatching;
  readonly comparison: OutputComparison;
}) {
  const {path, old, matching, comparison} = props;
  switch (comparison.kind) {
    case 'same':
      return (
        <EmptyState title="Nothing changed">Both versions are the same, byte for byte.</EmptyState>
      );
    case 'table':
      return <ComparedTable pair={{path, old, now: NOW, matching}} difference={comparison} />;
    case 'text':
      return (
        <div className={styles.text}>
          <DiffLines diff={comparison.diff} />
        </div>
      );
    case 'image':
      return <ComparedPictures path={path} old={old} />;
    case 'different':
      return <EmptyState title="The difference can’t be shown">{comparison.reason}</EmptyState>;
  }
}
