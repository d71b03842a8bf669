import {
  ArrowRightLeft,
  FileCode2,
  Gauge,
  Lightbulb,
  List,
  Play,
  SquareTerminal,
  Stethoscope,
  Trash2,
} from 'lucide-react';
import {useState, type ReactElement} from 'react';
import type {FailureCard, FailurePlace} from '../../shared/failure';
import {visibleText} from '../../shared/visibleText';
import {FixDialog} from '../project/FixDialog';
import {useDesk} from '../state/deskStore';
import {openPath} from '../state/openPath';
import {openPlan} from '../state/planTray';
import {requestFor} from '../state/runScopes';
import {openShell} from '../state/shells';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {Meant} from './Meant';
import styles from './CauseCard.module.css';

/**
 * Why a job failed, what usually helps, and where: side by side where there is room. Over the log itself (`inLog`) the
 * line that says it is not repeated, and the failing line is shown with no more than its neighbours.
 */
export function CauseCard(props: {readonly card: FailureCard; readonly inLog?: boolean}) {
  const {card, inLog = false} = props;
  const {title, cause, place, remedies, meant} = card;
  return (
    <section className={styles.card} aria-label="Why it failed">
      <div className={styles.words}>
        <p className={styles.title}>
          <CodeText text={visibleText(title)} />
        </p>
        {cause.seq !== null && !inLog && (
          <p className={styles.cause} data-tip={`Line ${cause.seq + 1} of the log`}>
            {visibleText(cause.text.trim())}
          </p>
        )}
        {meant !== null && <Meant meant={meant} place={place} />}
        <ul className={styles.remedies} aria-label="What usually helps">
          {remedies.map((remedy) => (
            <li key={remedy}>
              <CodeText text={visibleText(remedy)} />
            </li>
          ))}
        </ul>
        <NextStep card={card} />
      </div>
      {place !== null && <Place place={place} around={inLog ? 1 : 2} />}
    </section>
  );
}

const STEPS: Readonly<
  Record<Exclude<FailureCard['button']['kind'], 'fix' | 'open'>, readonly [string, ReactElement]>
> = {
  limits: ['Change its limits…', <Gauge key="" />],
  shell: ['Open a shell in its image', <SquareTerminal key="" />],
  'move-image': ['Try another image…', <ArrowRightLeft key="" />],
  rerun: ['Run it again', <Play key="" />],
  'clean-up': ['Clean up…', <Trash2 key="" />],
  doctor: ['Doctor…', <Stethoscope key="" />],
  'show-codelists': ['Show the codelists', <List key="" />],
};

/** The one button of a card; the place of a failure is its own. */
function NextStep({card}: {readonly card: FailureCard}) {
  const desk = useDesk();
  const [fixing, setFixing] = useState(false);
  const {button, fix, action, place} = card;
  if (button.kind === 'fix')
    return (
      fix !== null && (
        <>
          <Button
            className={styles.fix}
            icon={<Lightbulb />}
            tip="Previews the change to project.yaml first"
            onClick={() => setFixing(true)}
          >
            {fix.title.replaceAll('`', '')}…
          </Button>
          {fixing && <FixDialog file="project.yaml" fix={fix} onClose={() => setFixing(false)} />}
        </>
      )
    );
  // the list of causes would hide what opens
  const leave = () => desk.store.setState({dialog: null});
  if (button.kind === 'open') {
    const {path, line} = button;
    if (path === place?.path) return null;
    return (
      <Button
        className={styles.fix}
        icon={<FileCode2 />}
        onClick={() => {
          leave();
          void openPath(desk, path, line);
        }}
      >
        Open {path}
        {line !== null && `, line ${line}`}
      </Button>
    );
  }
  const {kind} = button;
  const [words, icon] = STEPS[kind];
  return (
    <Button
      className={styles.fix}
      icon={icon}
      onClick={() => {
        leave();
        if (kind === 'limits') desk.store.setState({dialog: {kind: 'override', action}});
        else if (kind === 'move-image') desk.store.setState({dialog: {kind, action}});
        else if (kind === 'shell') void openShell(desk, action);
        else if (kind === 'rerun')
          openPlan(desk, {
            title: action,
            request: requestFor([action]),
            planned: new Set([action]),
          });
        else if (kind === 'show-codelists') desk.store.setState({centre: {kind: 'codelists'}});
        else desk.store.setState({dialog: {kind}});
      }}
    >
      {words}
    </Button>
  );
}

function Place({place, around}: {readonly place: FailurePlace; readonly around: number}) {
  const desk = useDesk();
  const {path, line, foundBy, changedSince} = place;
  const about = [
    ...(foundBy === 'search' ? ['the only line that fits'] : []),
    ...(changedSince ? ['the file has changed since'] : []),
  ].join('; ');
  return (
    <div className={styles.place}>
      <p>
        <Button
          look="link"
          icon={<FileCode2 />}
          tip="Opens the script at this line; with Ctrl in your editor"
          onClick={(event) => {
            // the list of causes would hide it
            desk.store.setState({dialog: null});
            void openPath(desk, path, line, event.ctrlKey || event.metaKey);
          }}
        >
          {path}, line {line}
        </Button>
        {about !== '' && <span className={styles.about}> {about}</span>}
      </p>
      <Code place={place} around={around} />
    </div>
  );
}

function Code({place, around}: {readonly place: FailurePlace; readonly around: number}) {
  const {path, line, firstLine} = place;
  const skipped = Math.max(0, line - around - firstLine);
  const code = place.code.slice(skipped, line + around + 1 - firstLine);
  return (
    <pre className={styles.code} tabIndex={0} aria-label={`${path} around line ${line}`}>
      {code.map((text, index) => (
        <span key={firstLine + index} data-here={firstLine + skipped + index === line || undefined}>
          <span className={styles.number}>{firstLine + skipped + index}</span>
          {visibleText(text)}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
