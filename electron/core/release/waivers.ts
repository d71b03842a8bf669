import * as z from 'zod';
import type {Waiver} from '../../../shared/check';
import {isDisclosureRule} from '../../../shared/disclosureRules';
import {type AppError, failWith} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {readRegularFile} from '../../files/openFile';
import {writeFileAtomically} from '../../files/writeAtomically';
import {prepareStudyFolder, type StudyFolder} from '../../runs/studyFolder';

/** What a waiver stands for. */
export type WaiverPlace = Pick<Waiver, 'path' | 'rule' | 'column' | 'row'>;

const StoredWaivers = z.object({
  format: z.literal(1),
  waivers: z.array(
    z.object({
      path: z.string(),
      rule: z.string().refine(isDisclosureRule),
      column: z.string().nullable(),
      row: z.number().nullable(),
      reason: z.string(),
      at: z.string(),
    }),
  ),
});

/** The waivers of a study, oldest first; a file that can't be read is an error, as it must not be replaced. */
export async function readWaivers(
  folder: StudyFolder,
): Promise<Result<readonly Waiver[], AppError>> {
  try {
    const text = (await readRegularFile(folder.waivers)).toString('utf8');
    const decoded = StoredWaivers.safeParse(JSON.parse(text));
    return decoded.success ? ok(decoded.data.waivers) : damaged();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok([]);
    if (error instanceof SyntaxError) return damaged();
    return err(fileSystemError('The waivers of this study could not be read.', error));
  }
}

function damaged(): Result<never, AppError> {
  return failWith('file-system', 'The waivers of this study can’t be understood.', {
    why: 'metadata/study-desk/waivers.json is damaged, or a newer Study Desk wrote it.',
    hint: 'Repair it, or move it away to start without waivers.',
  });
}

/** Adds a waiver in place of one for the same place; answers all of them. */
export async function addWaiver(
  folder: StudyFolder,
  waiver: Waiver,
): Promise<Result<readonly Waiver[], AppError>> {
  return change(folder, (waivers) => [
    ...waivers.filter((each) => !isSamePlace(each, waiver)),
    waiver,
  ]);
}

/** Takes a waiver away; answers those that are left. */
export async function removeWaiver(
  folder: StudyFolder,
  place: WaiverPlace,
): Promise<Result<readonly Waiver[], AppError>> {
  return change(folder, (waivers) => waivers.filter((each) => !isSamePlace(each, place)));
}

async function change(
  folder: StudyFolder,
  by: (waivers: readonly Waiver[]) => readonly Waiver[],
): Promise<Result<readonly Waiver[], AppError>> {
  const made = await prepareStudyFolder(folder);
  if (!made.ok) return made;
  const known = await readWaivers(folder);
  if (!known.ok) return known;
  const waivers = by(known.value);
  try {
    await writeFileAtomically(folder.waivers, JSON.stringify({format: 1, waivers}, null, 2));
    return ok(waivers);
  } catch (error) {
    return err(fileSystemError('The waiver could not be saved.', error));
  }
}

function isSamePlace(one: WaiverPlace, other: WaiverPlace): boolean {
  return (
    one.path === other.path &&
    one.rule === other.rule &&
    one.column === other.column &&
    one.row === other.row
  );
}

/** The waiver that was given for a finding, the narrowest first; null where there is none. */
export function waiverOf(waivers: readonly Waiver[], finding: WaiverPlace): Waiver | null {
  const given = waivers.filter((waiver) => isWaivedBy(finding, waiver));
  return (
    given.find(({row}) => row !== null) ??
    given.find(({column}) => column !== null) ??
    given[0] ??
    null
  );
}

function isWaivedBy(finding: WaiverPlace, waiver: Waiver): boolean {
  return (
    waiver.path === finding.path &&
    waiver.rule === finding.rule &&
    (waiver.column === null || waiver.column === finding.column) &&
    (waiver.row === null || waiver.row === finding.row)
  );
}
