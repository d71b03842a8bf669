import {createContext, useContext, useEffectEvent, useLayoutEffect, useRef, useState} from 'react';
import {flushSync} from 'react-dom';
import {visibleText} from '../../shared/visibleText';
import {fitMember, fitName, nameInLines} from './names';
import {widthIn} from './textWidth';
import styles from './Name.module.css';

/** The names that are seen together with any other: those of the study's actions and groups. */
export const NamesTogether = createContext<readonly string[]>([]);

/** Gives a place the name as it fits there; undefined where the label it has is right. */
type Fit = (place: Element, width: number) => (() => void) | undefined;

const fits = new WeakMap<Element, Fit>();
let observer: ResizeObserver | undefined;

/** One for all names: they are measured together, after the page was laid out and before it is painted. */
function observerOfNames(): ResizeObserver {
  observer ??= new ResizeObserver((entries) => {
    const changes = entries.flatMap(
      ({target, contentRect}) => fits.get(target)?.(target, contentRect.width) ?? [],
    );
    if (changes.length > 0) flushSync(() => changes.forEach((change) => change()));
  });
  return observer;
}

const lastFits = new WeakMap<readonly string[], Map<string, string>>();

/** How names among these were shown last, which is most often how they fit where they are shown next. */
function lastFitsAmong(siblings: readonly string[]): Map<string, string> {
  const known = lastFits.get(siblings) ?? new Map<string, string>();
  lastFits.set(siblings, known);
  return known;
}

/**
 * A name as it fits its place by the rule of {@link fitName}, and as wide as it would be whole; a screen reader reads it
 * whole. The whole name belongs in the tooltip of its owner.
 */
export function Name(props: {
  readonly name: string;
  /** Those it is seen together with, the same array while they are the same; the study's where not given. */
  readonly among?: readonly string[] | undefined;
  /** Those of its group, below whose heading it is. */
  readonly members?: readonly string[] | undefined;
  /** Lines that its place is tall enough for. */
  readonly lines?: 1 | 2;
}) {
  const together = useContext(NamesTogether);
  const {members, lines = 1} = props;
  const siblings = members ?? props.among ?? together;
  const name = visibleText(props.name);
  const place = useRef<HTMLSpanElement>(null);
  // read once for each name: another place may cut the same name later, and this one is measured only when it changes
  const began = () => ({name, label: lastFitsAmong(siblings).get(name) ?? name});
  const [cut, setCut] = useState(began);
  if (cut.name !== name) setCut(began());
  const {label} = cut;
  const labelNow = useEffectEvent(() => label);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    fits.set(element, (target, width) => {
      if (width === 0) return undefined;
      // the whole name decides how far its place would have to be scrolled
      const isWhole = target.scrollWidth <= target.clientWidth;
      const {font} = getComputedStyle(target);
      const widthOf = (text: string) => widthIn(text, font);
      const fit = members === undefined ? fitName : fitMember;
      const next = isWhole
        ? name
        : lines === 1
          ? fit(name, siblings, (text) => text !== name && widthOf(text) <= width)
          : nameInLines(name, siblings, {widths: [width, width], behind: 0, widthOf}, fit).join(
              '\n',
            );
      if (next === labelNow()) return undefined;
      lastFitsAmong(siblings).set(name, next);
      return () => setCut({name, label: next});
    });
    const observed = observerOfNames();
    observed.observe(element);
    return () => observed.unobserve(element);
  }, [name, siblings, members, lines]);
  const parts = label.split('\n');
  const isCut = label !== name;
  return (
    <>
      {isCut && <span className="visually-hidden">{name}</span>}
      <span
        ref={place}
        className={styles.name}
        data-name={name}
        data-member={members !== undefined || undefined}
        aria-hidden={isCut || undefined}
      >
        {parts[0]}
        {parts.length > 1 && <br />}
        {parts[1]}
      </span>
    </>
  );
}

/** Words that may end in a name, which is cut to the space there is; the words before it are not. */
export function WordsAndName(props: {readonly words: string; readonly name?: string | undefined}) {
  const {words, name} = props;
  if (name === undefined) return words;
  return (
    <span className={styles.words}>
      {words.slice(0, -name.length)}
      <Name name={name} />
    </span>
  );
}
