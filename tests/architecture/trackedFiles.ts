import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './importsOf';

/** Paths of the files git keeps that are there now, relative to the top. */
export function trackedFiles(): readonly string[] {
  return execFileSync('git', ['ls-files', '-z'], {cwd: root, encoding: 'utf8'})
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));
}

/** A tracked file's text. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
