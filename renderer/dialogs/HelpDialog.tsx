import {useMemo, useState} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import {CodeText} from '../ui/CodeText';
import {Dialog} from '../ui/Dialog';
import {EmptyState} from '../ui/Section';
import {changeEntries, findHelp, helpParts, type HelpEntry} from './helpTexts';
import styles from './Help.module.css';

/** Entries that a search shows; further words narrow it. */
const MOST_FOUND = 80;

/** All help there is, without a network: keys, rules, words, what leaves the computer. */
export function HelpDialog({onClose}: {readonly onClose: () => void}) {
  const [query, setQuery] = useState('');
  const parts = useMemo(() => helpParts(), []);
  const found = useMemo(() => findHelp(parts, query), [parts, query]);
  const searches = query.trim() !== '';
  const count = found.reduce((sum, {entries}) => sum + entries.length, 0);
  let left = MOST_FOUND;
  return (
    <Dialog title="Help" width="wide" onClose={onClose}>
      <div className={styles.page}>
        <input
          type="search"
          data-autofocus
          aria-label="Search the help"
          placeholder="Search keys, rules, words and failures"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        {searches && (
          <p role="status" className={styles.dim}>
            {formatPlural(count, 'entry', 'entries')}
            {count > MOST_FOUND && `; the first ${formatCount(MOST_FOUND)} are shown`}
          </p>
        )}
        {searches && count === 0 && (
          <EmptyState title="Nothing found">
            Every word has to be in an entry: try fewer, or another one.
          </EmptyState>
        )}
        {found.map(({title, entries}) => {
          if (!searches)
            return (
              <details key={title} className={styles.part}>
                <summary>{title}</summary>
                <Entries entries={entries} />
              </details>
            );
          const shown = entries.slice(0, Math.max(0, left));
          left -= shown.length;
          return (
            shown.length > 0 && (
              <section key={title} className={styles.part} aria-label={title}>
                <h3>{title}</h3>
                <Entries entries={shown} />
              </section>
            )
          );
        })}
      </div>
    </Dialog>
  );
}

/** What came with this version of Study Desk, and those before. */
export function NewsDialog({onClose}: {readonly onClose: () => void}) {
  return (
    <Dialog title="What is new in Study Desk" width="wide" onClose={onClose}>
      {/* has the keyboard, so that arrows scroll it where it is higher than the window */}
      <div tabIndex={0} data-autofocus>
        <Entries entries={changeEntries()} />
      </div>
    </Dialog>
  );
}

function Entries({entries}: {readonly entries: readonly HelpEntry[]}) {
  return (
    <ul className={styles.entries}>
      {entries.map(({heading, term, text}, at) => (
        <li key={at}>
          {heading !== '' && heading !== entries[at - 1]?.heading && (
            <h4>
              <CodeText text={heading} />
            </h4>
          )}
          {term !== null && (
            <strong>
              <CodeText text={term} />{' '}
            </strong>
          )}
          <CodeText text={text} />
        </li>
      ))}
    </ul>
  );
}
