import {assertNever} from '../result';
import type {StudySnapshot} from '../study';
import type {Crossing} from './request';
import {studyFromText, studyText} from './studyText';

/** A value that crosses as text says so itself, so that the page needs no table of names. */
interface CrossedText {
  readonly crossedAs: 'text' | 'study-text';
  readonly text: string;
}

/** A value of a request or event as it crosses into the page. */
export function crossing(how: Crossing, value: unknown): unknown {
  switch (how) {
    case 'copied':
      return value;
    case 'text':
      return {crossedAs: how, text: JSON.stringify(value)} satisfies CrossedText;
    case 'study-text':
      // the contract gives these names a snapshot
      return {crossedAs: how, text: studyText(value as StudySnapshot)} satisfies CrossedText;
    default:
      return assertNever(how);
  }
}

/** The value again; what is no crossed text was copied. */
export function crossed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('crossedAs' in value)) return value;
  // both ends are of the same program
  const {crossedAs, text} = value as CrossedText;
  return crossedAs === 'study-text' ? studyFromText(text) : (JSON.parse(text) as unknown);
}
