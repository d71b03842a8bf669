import * as z from 'zod';
import type {CheckReport, Waiver} from '../check';
import {isDisclosureRule, type DisclosureRule} from '../disclosureRules';
import type {ReleaseDraft} from '../release';
import {request} from './request';
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
  /** Checks the moderately sensitive outputs; how far it is is told as `check:progress`. */
  'release:check': request({}).answers<CheckReport>('text'),
  'release:stop-check': request({}).answers<null>(),
  'release:waive': request({...place, reason: name}).answers<readonly Waiver[]>(),
  'release:unwaive': request(place).answers<readonly Waiver[]>(),
  'release:draft': request({}).answers<ReleaseDraft>('text'),
  /** Asks where to write a draft and writes it, cleared of what may not leave; null when the user changes their mind. */
  'release:save-draft': request({draft, format: z.enum(['markdown', 'json'])}).answers<
    string | null
  >(),
  /** Asks where to write the report of the study, makes it and writes it. */
  'release:save-report': request({}).answers<string | null>(),
};
