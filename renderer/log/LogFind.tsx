import {CaseSensitive, ChevronDown, ChevronUp, ListFilter, Regex, WholeWord, X} from 'lucide-react';
import {type ReactNode} from 'react';
import {formatCount, formatPlural} from '../../shared/format';
import {isFilter} from '../../shared/logSearch';
import {useChoice} from '../state/deskStore';
import {IconButton} from '../ui/Button';
import {placeFrom} from './logFinds';
import {LogFilterRow} from './LogFilterRow';
import styles from './LogFind.module.css';
import type {LogFindState} from './useLogFind';

/** Props of {@link LogFind}. */
export interface LogFindProps {
  readonly finding: LogFindState;
  /** Lines of the log on screen that came after it was searched. */
  readonly unsearched: number;
  readonly onGoTo: (line: number) => void;
  readonly onClose: () => void;
}

/** Finds a text in logs, on screen or not, and walks from one place to the next. */
export function LogFind(props: LogFindProps) {
  const {finding, onGoTo, onClose} = props;
  const {pattern, setPattern, search, lines, at} = finding;
  const [filters, setFilters] = useChoice('log.filters', 'off');
  const goTo = (step: number) => {
    if (lines.length === 0) return;
    const here = at === null ? -1 : placeFrom(lines, at);
    const there = lines[here] === at ? here + step : step > 0 ? here : here - 1;
    const next = lines[(there + lines.length) % lines.length];
    if (next !== undefined) onGoTo(next);
  };

  return (
    <div role="search" aria-label="Find in logs">
      <div className={styles.find}>
        <FindField finding={finding} onStep={goTo} onClose={onClose} />
        <Option
          label="Match case"
          icon={<CaseSensitive />}
          on={pattern.caseSensitive}
          onChange={(caseSensitive) => setPattern({...pattern, caseSensitive})}
        />
        <Option
          label="Whole words"
          icon={<WholeWord />}
          on={pattern.wholeWord}
          onChange={(wholeWord) => setPattern({...pattern, wholeWord})}
        />
        <Option
          label="Regular expression"
          icon={<Regex />}
          on={pattern.regex}
          onChange={(regex) => setPattern({...pattern, regex})}
        />
        <select
          aria-label="Where to look"
          value={finding.scope}
          onChange={({target}) =>
            finding.setScope(
              target.value === 'all' ? 'all' : target.value === 'run' ? 'run' : 'job',
            )
          }
        >
          <option value="job">This job</option>
          <option value="run">All jobs of its run</option>
          <option value="all">All runs</option>
        </select>
        <span role="status" className={styles.findCount} data-tip={search.error?.why}>
          {wordsOf(props)}
        </span>
        <IconButton
          icon={<ChevronUp />}
          label="Previous match"
          keys="Shift Enter"
          onClick={() => goTo(-1)}
        />
        <IconButton
          icon={<ChevronDown />}
          label="Next match"
          keys="Enter"
          onClick={() => goTo(1)}
        />
        <IconButton
          icon={<ListFilter />}
          label="Filter by stream, level and time"
          aria-expanded={filters === 'on'}
          aria-pressed={isFilter(finding.filter) || finding.only}
          onClick={() => setFilters(filters === 'on' ? 'off' : 'on')}
        />
        <IconButton icon={<X />} label="Close find" onClick={onClose} />
      </div>
      {filters === 'on' && <LogFilterRow finding={finding} />}
    </div>
  );
}

function FindField({
  finding: {pattern, setPattern},
  onStep,
  onClose,
}: Pick<LogFindProps, 'finding' | 'onClose'> & {readonly onStep: (step: number) => void}) {
  return (
    <input
      autoFocus
      type="search"
      aria-label="Find in log"
      placeholder="Find in log"
      value={pattern.text}
      // what was looked for last is there to be used again, or typed over
      onFocus={({target}) => target.select()}
      onChange={({target}) => setPattern({...pattern, text: target.value})}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
        else if (event.key === 'Escape') onClose();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}

function Option(props: {
  readonly label: string;
  readonly icon: ReactNode;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}) {
  return (
    <IconButton
      icon={props.icon}
      label={props.label}
      aria-pressed={props.on}
      onClick={() => props.onChange(!props.on)}
    />
  );
}

/** Where one stands among what was found, in words that are no surer than what is known. */
function wordsOf({finding, unsearched}: LogFindProps): string {
  const {search, lines, count, at, scope} = finding;
  if (!search.asked) return '';
  if (search.error !== null) return search.error.message;
  const place = at === null ? -1 : placeFrom(lines, at);
  const here =
    place >= 0 && lines[place] === at
      ? `${formatCount(place + 1)} of ${formatCount(count)}`
      : formatCount(count);
  const later =
    search.ended && unsearched > 0
      ? `, ${formatPlural(unsearched, 'newer line')} not searched`
      : '';
  if (scope === 'job') {
    if (count > 0) return `${here}${search.ended ? later : ' …'}`;
    return search.ended ? `Not found${later}` : 'Searching…';
  }
  if (search.count === 0) return search.ended ? 'Not found' : 'Searching…';
  const logs = [...search.finds.values()].filter((found) => found.count > 0).length;
  const all = `${formatCount(search.count)} in ${formatCount(logs)} ${logs === 1 ? 'log' : 'logs'}`;
  return `${count > 0 ? `${here} here, ` : ''}${all}${search.ended ? '' : ' …'}`;
}
