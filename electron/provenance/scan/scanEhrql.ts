import {scanPython} from './scanPython';
import type {SourceFacts} from './sourceFacts';

/**
 * What an ehrQL definition says about files: Python, with codelists and tables read from files.
 * Definitions are imported with their own folder and the study's on the module path.
 */
export function scanEhrql(source: string): SourceFacts {
  const tables = [...source.matchAll(/@\s*table_from_(?:file|rows)\s*\(\s*(["'])(.*?)\1/g)];
  const facts = scanPython(source);
  return {...facts, texts: [...facts.texts, ...tables.map((found) => found[2] ?? '')]};
}
