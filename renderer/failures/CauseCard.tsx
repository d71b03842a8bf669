import {FileCode2, Lightbulb} from 'lucide-react';
import {useState} from 'react';
import type {FailureCard, FailurePlace} from '../../shared/failure';
import {visibleText} from '../../shared/visibleText';
import {FixDialog} from '../project/FixDialog';
import {useDesk} from '../state/deskStore';
import {openPath} from '../state/openPath';
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
  const {title, cause, place, remedies, fix, meant} = card;
  const [fixing, setFixing] = useState(false);
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
        {fix !== null && (
          <Button
            className={styles.fix}
            icon={<Lightbulb />}
            tip="Previews the change to project.yaml first"
            onClick={() => setFixing(true)}
          >
            {fix.title.replaceAll('`', '')}…
          </Button>
        )}
      </div>
      {place !== null && <Place place={place} around={inLog ? 1 : 2} />}
      {fixing && fix !== null && (
        <FixDialog file="project.yaml" fix={fix} onClose={() => setFixing(false)} />
      )}
    </section>
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
