import {NO_FACTS, type SourceFacts} from './sourceFacts';
import {scanPython} from './scanPython';
import {scanR} from './scanR';

/** Settings that are read along with a document, from its own folder or one above. */
const PROJECT_FILES = ['_quarto.yml', '_metadata.yml', '_brand.yml', '_output.yml', '_site.yml'];
const FENCE = /^\s*(```+|~~~+)\s*(\{?)\s*([\w.]*)([^}]*)\}?\s*$/;

type Chunk = 'r' | 'python' | 'other';

/** What a Quarto or R Markdown document says about files: its header, includes, images, and the code of its chunks. */
export function scanMarkdown(source: string): readonly SourceFacts[] {
  const code: Record<Chunk, string> = {r: '', python: '', other: ''};
  let prose = '';
  let chunk: Chunk | null = null;
  const options: string[] = [];
  for (const written of source.split(/\r?\n/)) {
    const line = written.replace(/^(\s*>\s?)+/, '');
    const [, , , language = '', settings = ''] = FENCE.exec(line) ?? [];
    if (chunk === null && FENCE.test(line)) {
      const name = language.toLowerCase();
      chunk = name === 'r' || name === 'python' ? name : 'other';
      if (settings.includes('=')) options.push(`chunk(${settings.replace(/^[^,]*,/, '')})`);
    } else if (chunk !== null && /^\s*(```+|~~~+)\s*$/.test(line)) {
      chunk = null;
    } else if (chunk !== null) {
      code[chunk] += `${line}\n`;
      const option = /^#\|\s*(?:file|child|code-file)\s*:\s*(.+)$/.exec(line)?.[1] ?? '';
      options.push(`chunk(${option.replace(/^!expr\s/, '')})`);
      for (const path of option.match(/[\w./-]+\.\w+/g) ?? []) prose += `include: ${path}\n`;
    } else prose += `${line}\n`;
  }
  const inline = [...prose.matchAll(/`r\s+([^`]+)`/g)].map((found) => found[1] ?? '');
  const r = scanR([code.r, ...options, ...inline].join('\n'));
  const around = {
    ...NO_FACTS,
    texts: code.other.split('\n'),
    patterns: [
      ...proseReferences(prose),
      ...PROJECT_FILES.flatMap((name) => [name, `../${name}`, `../../${name}`]),
      // what a shell fills in can be anything
      ...code.other
        .split(/[\s"']+/)
        .filter((word) => /\$\w|\$\{/.test(word))
        .map((word) => word.replace(/\$(\w+|\{[^}]*\})/g, '*')),
    ],
  };
  return [r, scanPython(code.python), around];
}

/** Files named in the text around the chunks: includes, images, links, and the header's entries. */
function proseReferences(prose: string): readonly string[] {
  const header = /^---\n([\s\S]*?)\n(?:---|\.\.\.)\s*$/m.exec(prose)?.[1] ?? '';
  const entries = [...header.matchAll(/(?:^|[\s:[,"'-])([\w./-]+\.\w+)/g)].map(
    (found) => found[1] ?? '',
  );
  return [
    ...entries,
    ...[...prose.matchAll(/\{\{<\s*(?:include|embed)\s+([^\s>#]+)/g)].map(
      (found) => found[1] ?? '',
    ),
    ...[...prose.matchAll(/!?\[[^\]]*\]\(([^)\s]+)/g)].map((found) => found[1] ?? ''),
    ...[...prose.matchAll(/(?:src|href|include:)\s*=?\s*["']?([\w./-]+\.\w+)/g)].map(
      (found) => found[1] ?? '',
    ),
  ].filter((path) => !/^\w+:\/\//.test(path));
}
