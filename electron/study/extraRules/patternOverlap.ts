import {matchesName} from '../outputPattern';

/** A path that two output patterns, split at their slashes, both match; null where there is none. */
export function commonPath(ours: readonly string[], theirs: readonly string[]): string | null {
  if (ours.length !== theirs.length) return null;
  // Cheap looks at all parts first; the last one differs most often.
  for (let index = ours.length - 1; index >= 0; index -= 1) {
    const [a, b] = [ours[index] ?? '', theirs[index] ?? ''];
    if (a !== b && !endsFit(a, b)) return null;
  }
  const parts: string[] = [];
  for (let index = ours.length - 1; index >= 0; index -= 1) {
    const common = commonName(ours[index] ?? '', theirs[index] ?? '');
    if (common === null) return null;
    parts.push(common);
  }
  return parts.reverse().join('/');
}

/** The fixed beginnings and ends of two patterns agree as far as both are fixed. */
function endsFit(a: string, b: string): boolean {
  const starA = a.indexOf('*');
  const starB = b.indexOf('*');
  if (starA < 0 && starB < 0) return a === b;
  const head = Math.min(starA < 0 ? a.length : starA, starB < 0 ? b.length : starB);
  for (let at = 0; at < head; at += 1) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return false;
  }
  const tail = Math.min(a.length - 1 - a.lastIndexOf('*'), b.length - 1 - b.lastIndexOf('*'));
  for (let at = 1; at <= tail; at += 1) {
    if (a.charCodeAt(a.length - at) !== b.charCodeAt(b.length - at)) return false;
  }
  return true;
}

/** A name that two patterns without slashes, whose ends fit, both match. */
function commonName(a: string, b: string): string | null {
  if (a === b) return a.replaceAll('*', '');
  if (!a.includes('*')) return matchesName(b, a) ? a : null;
  if (!b.includes('*')) return matchesName(a, b) ? b : null;
  // Between the longer beginning and the longer end the stars take whatever the other pattern asks for.
  const ours = a.split('*');
  const theirs = b.split('*');
  const inner = ours.slice(1, -1).join('');
  const otherInner = theirs.slice(1, -1).join('');
  return (
    longer(ours[0] ?? '', theirs[0] ?? '') +
    (inner === otherInner ? inner : inner + otherInner) +
    longer(ours.at(-1) ?? '', theirs.at(-1) ?? '')
  );
}

function longer(a: string, b: string): string {
  return a.length >= b.length ? a : b;
}
