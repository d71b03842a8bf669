import * as z from 'zod';
import type {CheckReport, Waiver} from '../check';
import {isDisclosureRule, type DisclosureRule} from '../disclosureRules';
import type {ReleaseDraft} from '../release';
import {ofStudy, ofWindow} from './request';
import {line, listOf, name, studyPath, text} from './schemas';

const rule: z.ZodType<DisclosureRule> = z
  .string()
  .refine((given): given is DisclosureRule => isDisclosureRule(given), 'not a rule');

const place = {
  path: studyPath,
  rule,
  column: line.nullable(),
  row: z.int().positive().nullable(),
};

/** A draft as the user has completed it. */
const draft: z.ZodType<ReleaseDraft> = z.strictObject({
  format: z.literal(1),
  study: line,
  createdAt: line,
  rulesVersion: line,
  groups: listOf(
    z.strictObject({
      name: line,
      files: listOf(z.strictObject({path: studyPath, use: z.enum(['output', 'supporting'])})),
      context: text,
      controls: text,
    }),
  ),
  leftOut: listOf(z.strictObject({path: studyPath, reason: text})),
});

/** Checks before release, reasons for what they find, and what is written from them. */
export const releaseRequests = {
  /**
   * Checks the moderately sensitive outputs, or the outputs named, of any tier, and stops the check before it; how far it
   * is comes as `check:progress`.
   */
  check: ofStudy({paths: listOf(studyPath).nullable()}).answers<CheckReport>('text'),
  stopCheck: ofStudy({}).does(),
  waive: ofStudy({...place, reason: name}).answers<readonly Waiver[]>(),
  unwaive: ofStudy(place).answers<readonly Waiver[]>(),
  /** What output checkers could be asked for, with context and controls as far as project.yaml, code and outputs show them. */
  draft: ofStudy({}).answers<ReleaseDraft>('text'),
  /** Asks where to write a draft and writes it, cleared of what may not leave; null when the user changes their mind. */
  saveDraft: ofWindow({draft, format: z.enum(['markdown', 'json'])}).answers<string | null>(),
  /** Asks where to write the report of the study, makes it and writes it. */
  saveReport: ofWindow({}).answers<string | null>(),
};
