import {escapeRegExp} from '../../shared/escapeRegExp';

/** Set where the host's file names ignore case. */
export const HOST_IGNORES_CASE = process.platform === 'win32' || process.platform === 'darwin';

/**
 * Output patterns as a tree of path segments, so that a folder walk tests each entry against the few patterns
 * that can still match there, also with thousands of them. The dialect of output patterns: only `*`, never across `/`.
 */
export class PatternTree {
  private readonly literal = new Map<string, PatternTree>();
  private readonly wild = new Map<string, {readonly test: RegExp; readonly next: PatternTree}>();
  private ends = false;

  constructor(private readonly ignoreCase: boolean) {}

  /** Adds one pattern. */
  add(pattern: string): void {
    const end = pattern
      .split('/')
      .reduce<PatternTree>((node, segment) => node.child(segment), this);
    end.ends = true;
  }

  /** The nodes reached from this one by an entry of that name. */
  step(name: string): readonly PatternTree[] {
    const nodes: PatternTree[] = [];
    const exact = this.literal.get(this.fold(name));
    if (exact !== undefined) nodes.push(exact);
    for (const {test, next} of this.wild.values()) {
      if (test.test(name)) nodes.push(next);
    }
    return nodes;
  }

  /** True where a pattern ends here: the entry that led here matches it. */
  get matches(): boolean {
    return this.ends;
  }

  /** Whether a path, or a folder above it, matches a pattern. */
  holds(path: string): boolean {
    let nodes: readonly PatternTree[] = [this];
    for (const name of path.split('/')) {
      nodes = nodes.flatMap((node) => node.step(name));
      if (nodes.some((node) => node.matches)) return true;
    }
    return false;
  }

  private child(segment: string): PatternTree {
    if (!segment.includes('*')) {
      const key = this.fold(segment);
      const known = this.literal.get(key) ?? new PatternTree(this.ignoreCase);
      this.literal.set(key, known);
      return known;
    }
    const known = this.wild.get(segment) ?? {
      test: segmentRegExp(segment, this.ignoreCase),
      next: new PatternTree(this.ignoreCase),
    };
    this.wild.set(segment, known);
    return known.next;
  }

  private fold(name: string): string {
    return this.ignoreCase ? name.toLowerCase() : name;
  }
}

function segmentRegExp(segment: string, ignoreCase: boolean): RegExp {
  const source = segment.split('*').map(escapeRegExp).join('.*');
  return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's');
}
