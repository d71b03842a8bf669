import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './importsOf';

/** Paths of the files git keeps that are there now, relative to the top. */
export const trackedFiles = (): readonly string[] =>
  execFileSync('git', ['ls-files', '-z'], {cwd: root, encoding: 'utf8'})
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(root, file)));

/** A tracked file's text. */
export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
