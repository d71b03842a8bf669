import {realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import type {CheckReport} from '../../../shared/check';
import {formatBytes} from '../../../shared/format';
import type {ReportedContent} from '../../../shared/release';
import {mayUse} from '../../../shared/tierPolicy';
import {fileInStudy} from '../../files/fileInStudy';
import {digestOf, readRegularFile} from '../../files/openFile';
import {outputFormatOf} from '../../outputs/outputFormat';
import type {TableReader} from '../../outputs/tables/tableReader';
import type {SensitiveNames} from '../../reports/sensitiveNames';
import type {TieredFile} from '../outputs/sensitiveFiles';

/** Rows and text shown of an output. */
const ROWS = 100;
const MOST_COLUMNS = 100;
const MOST_TEXT = 50_000;
/** Largest picture or page put into a report, and the most of all, in bytes. */
const MOST_BYTES = 2 * 1024 ** 2;
const MOST_IN_ALL = 30 * 1024 ** 2;

/** Lets outputs out into a report or draft, or says why one stays. */
export interface ExportGate {
  /** Null where the file may leave. */
  refusal(file: TieredFile): Promise<string | null>;
}

/**
 * The gate of all that leaves Study Desk: only what the tier policy lets be exported, by the strictest tier that anything says
 * of a file; nothing that is a highly sensitive file under another name, be it a link or a copy; nothing that level 4 would
 * keep back, or in which an identifier was found.
 */
export async function createExportGate(
  studyDir: string,
  files: readonly TieredFile[],
  report: CheckReport,
): Promise<ExportGate> {
  const kept = files.filter(({strictest}) => !mayUse(strictest, 'export'));
  const real = new Set<string>();
  const bySize = new Map<number, string[]>();
  for (const {path} of kept) {
    const absolute = await realpath(join(studyDir, path)).catch(() => null);
    const stats = absolute === null ? null : await stat(absolute).catch(() => null);
    if (absolute === null || stats === null) continue;
    real.add(absolute);
    bySize.set(stats.size, [...(bySize.get(stats.size) ?? []), absolute]);
  }
  const digests = new Map<string, Promise<string | null>>();
  const digest = (absolute: string): Promise<string | null> => {
    const known = digests.get(absolute) ?? digestOf(absolute);
    digests.set(absolute, known);
    return known;
  };
  return {
    async refusal({path, tier, strictest}) {
      if (tier !== 'moderately_sensitive') return 'it is not moderately sensitive';
      if (!mayUse(strictest, 'export')) return 'the run that made it had it as highly sensitive';
      const found = await fileInStudy(studyDir, path);
      if (!found.ok) return found.error.why ?? found.error.message;
      if (real.has(found.value)) return 'it leads to a highly sensitive file';
      const {size} = await stat(found.value);
      for (const other of size === 0 ? [] : (bySize.get(size) ?? [])) {
        const [sensitive, asked] = [await digest(other), await digest(found.value)];
        if (sensitive === null || asked === null)
          return 'it may be a copy of a highly sensitive file of the same size: one of them can’t be read';
        if (sensitive === asked) return 'a highly sensitive file has the same content';
      }
      const held = report.findings.find(
        (each) =>
          each.path === path &&
          each.level === 'question' &&
          (each.rule === 'level4-file' || each.rule === 'identifier'),
      );
      return held?.message ?? null;
    },
  };
}

/** Shows outputs in a report, as long as there is room. */
export interface ReportedOutputs {
  content(file: TieredFile): Promise<ReportedContent>;
}

/** Creates it for one report. */
export function createReportedOutputs(
  studyDir: string,
  tables: TableReader,
  gate: ExportGate,
  names: SensitiveNames,
): ReportedOutputs {
  let bytesLeft = MOST_IN_ALL;
  const take = (bytes: number): ReportedContent | null => {
    if (bytes > MOST_BYTES || bytes > bytesLeft) {
      const why =
        bytes > MOST_BYTES ? `up to ${formatBytes(MOST_BYTES)} are shown` : 'the report is full';
      return leftOut(`it takes ${formatBytes(bytes)}, and ${why}`);
    }
    bytesLeft -= bytes;
    return null;
  };
  const shown = async (path: string): Promise<ReportedContent> => {
    const found = await fileInStudy(studyDir, path);
    if (!found.ok) return leftOut(found.error.why ?? found.error.message);
    const format = outputFormatOf(path);
    if (format.kind === 'table') {
      const read = await tables.beginning(found.value);
      if (!read.ok) return leftOut(read.error.why ?? read.error.message);
      const {schema, rows} = read.value;
      if (schema.columns.length > MOST_COLUMNS)
        return leftOut(
          `it has ${schema.columns.length} columns, and up to ${MOST_COLUMNS} are shown`,
        );
      return {
        kind: 'table',
        columns: schema.columns.map(({name}) => name),
        rows: rows.slice(0, ROWS).map(({values}) => values),
        totalRows: schema.totalRows,
      };
    }
    if (format.kind === 'foreign') return leftOut(`it is ${format.name}`);
    const {size} = await stat(found.value);
    if (size > MOST_BYTES * 4) return leftOut(`it takes ${formatBytes(size)}`);
    const stored = await readRegularFile(found.value);
    const bytes =
      'gunzip' in format && format.gunzip
        ? await promisify(gunzip)(stored, {maxOutputLength: MOST_BYTES * 4})
        : stored;
    if (format.kind === 'image') {
      const svg = format.mediaType === 'image/svg+xml';
      // letters in a picture's bytes may name files too
      if (!svg && names.holds(bytes.toString('latin1')))
        return leftOut('a highly sensitive file is named in it');
      const clean = svg ? Buffer.from(names.hide(bytes.toString('utf8'))) : bytes;
      return (
        take(clean.length) ?? {
          kind: 'picture',
          address: `data:${format.mediaType};base64,${clean.toString('base64')}`,
        }
      );
    }
    const text = new TextDecoder().decode(bytes);
    if (format.kind === 'html') return take(bytes.length) ?? {kind: 'page', html: text};
    return {kind: 'text', text: text.slice(0, MOST_TEXT), cut: text.length > MOST_TEXT};
  };
  return {
    async content(file) {
      const refusal = await gate.refusal(file);
      if (refusal !== null) return leftOut(refusal);
      try {
        return await shown(file.path);
      } catch (error) {
        return leftOut(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

function leftOut(reason: string): ReportedContent {
  return {kind: 'left-out', reason: /[.!?]$/.test(reason) ? reason : `${reason}.`};
}
