import type {SourceFacts} from './sourceFacts';
import {scanPython} from './scanPython';
import {scanR} from './scanR';

/** What a Quarto or R Markdown document says about files: its header, includes, images, and the code of its chunks. */
export function scanMarkdown(source: string): readonly SourceFacts[] {
  const chunks = {r: '', python: ''};
  let prose = '';
  let chunk: 'r' | 'python' | 'other' | null = null;
  const options: string[] = [];
  for (const line of source.split(/\r?\n/)) {
    const opening: RegExpExecArray | null = /^\s*```+\s*\{?\s*([\w.]*)([^}]*)\}?\s*$/.exec(line);
    if (chunk === null && opening !== null && /```/.test(line)) {
      const name = (opening[1] ?? '').toLowerCase();
      chunk = name === 'r' || name === 'python' ? name : 'other';
      if ((opening[2] ?? '').includes('='))
        options.push(`chunk(${(opening[2] ?? '').replace(/^[^,]*,/, '')})`);
    } else if (chunk !== null && /^\s*```+\s*$/.test(line)) {
      chunk = null;
    } else if (chunk === 'r' || chunk === 'python') {
      chunks[chunk] += `${line}\n`;
      const option = /^#\|\s*(?:file|child|code-file)\s*:\s*(.+)$/.exec(line);
      if (option !== null) prose += `include: ${option[1] ?? ''}\n`;
    } else if (chunk === null) prose += `${line}\n`;
  }
  const inline = [...prose.matchAll(/`r\s+([^`]+)`/g)].map((found) => found[1] ?? '');
  const r = scanR([chunks.r, ...options, ...inline].join('\n'));
  return [{...r, patterns: proseReferences(prose)}, scanPython(chunks.python)];
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
