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
import {outputsBeside} from '../../state/namedOutputs';
import {outputAt} from '../../state/selectors';
import {Button} from '../../ui/Button';
import {DiffLines} from '../../ui/DiffLines';
import {EmptyState, Progress} from '../../ui/Section';
import styles from './Compare.module.css';
import {ComparedPictures} from './ComparedPictures';
import {ComparedTable} from './ComparedTable';
import {MatchingChoice} from './MatchingChoice';
import {VersionPicker} from './VersionPicker';

const NO_ACTIONS: readonly string[] = [];

/** One output as it is now against an earlier version of it, or against outputs of the same name of the actions `beside`. */
export function CompareView(props: {
  readonly path: string;
  readonly beside?: readonly string[] | undefined;
}) {
  const {path, beside = NO_ACTIONS} = props;
  const {store} = useDesk();
  const alike = useMemo(() => {
    const action = outputAt(store.getState(), path)?.action;
    return action === undefined ? [] : outputsBeside(store.getState(), action, beside);
  }, [store, path, beside]);
  const others = alike.find((each) => each.path === path)?.others ?? [];
  const [known] = useAnswer('outputs:versions', {path});
  const isRepository = useDeskState((state) => state.git !== null);
  const [first] = others;
  const [picked, setPicked] = useState<OutputVersion | null>(
    first === undefined ? null : {kind: 'output', path: first.path},
  );
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
        {alike.length > 1 && (
          <select
            aria-label="Output"
            value={path}
            onChange={({target}) =>
              store.setState({
                centre: {kind: 'output', path: target.value, view: 'compare', beside},
              })
            }
          >
            {alike.map((each) => (
              <option key={each.name} value={each.path}>
                {each.name}
              </option>
            ))}
          </select>
        )}
        <VersionPicker known={known.value} others={others} old={old} onPick={setPicked} />
      </div>
      <Compared key={JSON.stringify(old)} path={path} old={old} />
    </>
  );
}

/** What is offered where no run made it. */
const LAST_COMMIT: OutputVersion = {kind: 'commit', commit: 'HEAD'};

/** The version before the latest; else the latest, against which edits by hand show. */
function firstOffered(all: readonly KnownVersion[]): OutputVersion | null {
  const known = all.filter(({fromCommit}) => fromCommit === undefined);
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
          <strong role="status">
            {comparisonWords(comparison, old.kind === 'output' ? 'files' : 'versions')}
          </strong>
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
        <EmptyState title={old.kind === 'output' ? 'No difference' : 'Nothing changed'}>
          Both {old.kind === 'output' ? 'files' : 'versions'} are the same, byte for byte.
        </EmptyState>
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
