import {memo, type ReactNode} from 'react';
import {CUT_HERE, type LogLine} from '../../shared/log';
import type {LogPattern} from '../../shared/logSearch';
import {levelOf, plainText} from '../../shared/logText';
import {Button} from '../ui/Button';
import {Name} from '../ui/Name';
import type {PathLink} from '../../shared/pathLinks';
import {lineSegments, type LineSegment} from './ansiText';
import styles from './LogPanel.module.css';
import type {TimeColumn} from './timeColumn';

/** One line: number, time, text; what was found in it is marked. */
export const LogLineRow = memo(function LogLineRow(props: {
  readonly seq: number;
  readonly line: LogLine | undefined;
  /** Digits of the log's highest line number. */
  readonly digits: number;
  readonly time: TimeColumn;
  readonly pattern: LogPattern;
  /** The search found something in this line. */
  readonly found: boolean;
  /** This is the place that was gone to. */
  readonly here: boolean;
  /** The line was picked by its number. */
  readonly picked: boolean;
  /** Null where lines can't be picked. */
  readonly onPick: ((seq: number, further: boolean) => void) | null;
  /** Null where only the beginning of a long line is to be had. */
  readonly onShowAll: ((seq: number) => void) | null;
  /** Which of several jobs printed it, in a column of this many characters. */
  readonly name?: {readonly text: string; readonly width: number} | null;
  readonly onOpen: (link: PathLink, inEditor: boolean) => void;
}) {
  const {seq, line, digits, time, pattern, found, here, picked, onPick, onShowAll, onOpen, name} =
    props;
  return (
    <>
      <span
        className={styles.number}
        style={{minWidth: `max(32px, ${digits}ch)`}}
        data-picked={picked || undefined}
        onClick={(event) => onPick?.(seq, event.shiftKey)}
      >
        {seq + 1}
      </span>
      {name !== null && name !== undefined && (
        <span
          className={styles.name}
          style={{width: `${Math.min(name.width, 32)}ch`}}
          data-tip={name.text}
        >
          <Name name={name.text} />
        </span>
      )}
      {time !== null && <span className={styles.time}>{line && time(line.time)}</span>}
      <span
        className={styles.text}
        data-stream={line?.stream}
        data-found={found || undefined}
        aria-current={here || undefined}
      >
        {line !== undefined && <Spoken line={line} />}
        {line === undefined
          ? ' '
          : linked(lineSegments(line.text)).map(({link, segments}, index) => {
              const words = segments.map((segment, at) => (
                <span key={at} data-colour={segment.colour ?? undefined} data-bold={segment.bold}>
                  {found ? marked(segment.text, pattern) : segment.text}
                </span>
              ));
              return link === null ? (
                words
              ) : (
                <FileLink key={index} link={link} onOpen={onOpen}>
                  {words}
                </FileLink>
              );
            })}
        {onShowAll !== null && line?.text.endsWith(CUT_HERE) === true && (
          <Button look="link" className={styles.showAll} onClick={() => onShowAll(seq)}>
            Show all
          </Button>
        )}
      </span>
    </>
  );
});

/** What colour and place say of a line, for screen readers: that it was printed as an error, and what it speaks of. */
function Spoken({line: {stream, text}}: {readonly line: LogLine}) {
  const level = levelOf(plainText(text));
  const words = [stream === 'stderr' ? stream : null, level].filter((word) => word !== null);
  return words.length > 0 && <span className="visually-hidden">{words.join(', ')}: </span>;
}

/** Segments of one link together; of none, one by one. */
function linked(
  segments: readonly LineSegment[],
): readonly {readonly link: PathLink | null; readonly segments: readonly LineSegment[]}[] {
  const groups: {link: PathLink | null; segments: LineSegment[]}[] = [];
  for (const segment of segments) {
    const last = groups.at(-1);
    if (last !== undefined && last.link === segment.link) last.segments.push(segment);
    else groups.push({link: segment.link, segments: [segment]});
  }
  return groups;
}

/** A file that is named: it opens here, with Ctrl in the editor. Text like the rest, so that it can be marked and copied. */
function FileLink(props: {
  readonly link: PathLink;
  readonly onOpen: (link: PathLink, inEditor: boolean) => void;
  readonly children: ReactNode;
}) {
  const {link, onOpen, children} = props;
  return (
    <span
      role="link"
      tabIndex={0}
      className={styles.fileLink}
      data-tip={`Open ${link.path}${link.line === null ? '' : `, line ${link.line}`}; with Ctrl or ⌘ in your editor`}
      onClick={(event) => {
        // marking text that begins or ends in a link is no click on it
        if (window.getSelection()?.isCollapsed !== false)
          onOpen(link, event.ctrlKey || event.metaKey);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        event.stopPropagation();
        onOpen(link, event.ctrlKey || event.metaKey);
      }}
    >
      {children}
    </span>
  );
}

/** The text with its places marked; of a regular expression only the host knows them, so the line alone is marked. */
function marked(text: string, {text: wanted, caseSensitive, regex}: LogPattern) {
  if (wanted === '' || regex) return text;
  const [there, looked] = caseSensitive
    ? [text, wanted]
    : [text.toLowerCase(), wanted.toLowerCase()];
  const parts = [];
  let from = 0;
  for (let hit = there.indexOf(looked); hit >= 0; hit = there.indexOf(looked, from)) {
    parts.push(text.slice(from, hit));
    parts.push(<mark key={hit}>{text.slice(hit, hit + wanted.length)}</mark>);
    from = hit + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}
