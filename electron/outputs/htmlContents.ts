import type {HtmlContents} from '../../shared/output';

/** Most hosts that are named. */
const MOST_HOSTS = 20;

const COMMENT = /<!--[\s\S]*?-->/g;
const SCRIPT = /<script\b/gi;
const HANDLER = /<[a-z][^>]*?\son[a-z]+\s*=/gi;
const SCRIPT_ADDRESS = /\b(?:href|action|src)\s*=\s*["']?\s*javascript:/gi;
/** What a page fetches by itself: not where its links lead. */
const FETCHED =
  /<(?:script|img|iframe|frame|embed|object|audio|video|source|track|input|image|use)\b[^>]*?\s(?:src|srcset|data|poster|href|xlink:href)\s*=\s*["']?\s*((?:https?:|wss?:)?\/\/[^"'\s>]+)|<link\b[^>]*?\shref\s*=\s*["']?\s*((?:https?:)?\/\/[^"'\s>]+)|(?:url\(|@import)\s*["']?\s*((?:https?:)?\/\/[^"')\s;]+)/gi;

/**
 * What of a page is not carried out while it is shown without scripts and network, as far as its text tells: scripts may
 * ask for more than is written in it.
 */
export function htmlContents(html: string): HtmlContents {
  const text = html.replace(COMMENT, '');
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const hosts = new Set<string>();
  let requests = 0;
  for (const [, source, link, style] of text.matchAll(FETCHED)) {
    requests += 1;
    hosts.add(hostOf(source ?? link ?? style ?? ''));
  }
  return {
    scripts: count(SCRIPT) + count(HANDLER) + count(SCRIPT_ADDRESS),
    requests,
    hosts: [...hosts].slice(0, MOST_HOSTS),
  };
}

function hostOf(address: string): string {
  return /^(?:[a-z]+:)?\/\/([^/?#]+)/i.exec(address)?.[1] ?? address;
}
