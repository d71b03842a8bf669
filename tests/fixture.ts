import {readFileSync} from 'node:fs';
import {parse} from 'yaml';

/** What a file of tests/fixtures holds, YAML or JSON; its shape is the caller's word, as both are written together. */
export function fixture<T>(path: string): T {
  return parse(readFileSync(new URL(`fixtures/${path}`, import.meta.url), 'utf8')) as T;
}
