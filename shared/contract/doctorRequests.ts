import * as z from 'zod';
import {DOCTOR_CHECK_NAMES, type DoctorFinding} from '../doctor';
import {ofApp} from './request';

const check = z.enum(DOCTOR_CHECK_NAMES);

/** What is wrong with the computer and the window's study, or with the computer alone. */
export const doctorRequests = {
  /** What one check finds; the registry is asked, and damage put aside, only on request. */
  check: ofApp({check, asksRegistry: z.boolean(), repairs: z.boolean()}).answers<
    readonly DoctorFinding[]
  >(),
  /** All checks of the window that are under way; they end as not checked. */
  stop: ofApp({}).answers<null>(),
  /** The report for support, as text, for the user to read first. */
  report: ofApp({asksRegistry: z.boolean()}).answers<string>(),
};
