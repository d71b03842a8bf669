/**
 * True when a study-relative path with `/` matches an output pattern as a whole: `*` is any run of
 * characters but `/` (RULES "Outputs").
 */
export function matchesPattern(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) return pattern === path;
  const patterns = pattern.split('/');
  const parts = path.split('/');
  return (
    patterns.length === parts.length &&
    patterns.every((part, index) => matchesName(part, parts[index] ?? ''))
  );
}

const STAR = 0x2a;

/** Matches one part of a path, without slashes; goes back to the last star only, so the cost is bounded by the product of the lengths. */
export function matchesName(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let starName = 0;
  for (let index = 0; index < name.length;) {
    const wanted = pattern.charCodeAt(at);
    if (wanted === STAR) {
      star = at;
      starName = index;
      at += 1;
    } else if (wanted === name.charCodeAt(index)) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      starName += 1;
      index = starName;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(at) === STAR) at += 1;
  return at === pattern.length;
}
