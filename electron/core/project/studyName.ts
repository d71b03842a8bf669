import {existsSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {EXPORT_MARK} from '../../export/writeFolder';
import {FOLLOWED} from '../../runs/lockHolder';

/** What a study is called: its folder, or that of its export. */
export function studyName(dir: string): string {
  const name = basename(dir);
  if (name !== 'study') return name;
  const around = dirname(dir);
  if (existsSync(join(around, FOLLOWED))) return basename(around).replace(/-\w+$/u, '');
  return existsSync(join(around, EXPORT_MARK)) ? basename(around) : name;
}
