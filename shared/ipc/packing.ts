import type {StudySnapshot} from '../study';
import type {EventName, RequestName} from './contract';
import {packStudy, unpackStudy} from './studyPacking';

/**
 * Answers and events that grow with the study cross into the page as text, and how. Electron copies what
 * goes there object by object, which takes 170 ms for a study of 2,000 actions; a text goes in one piece.
 */
const PACKED: Partial<Readonly<Record<RequestName | EventName, 'study' | 'plain'>>> = {
  'study:open': 'study',
  'study:reload': 'study',
  'project:apply': 'study',
  'study:changed': 'study',
  'study:statuses': 'plain',
  'statuses:changed': 'plain',
  'plan:preview': 'plain',
  'run:list': 'plain',
  'run:event': 'plain',
  'outputs:list': 'plain',
};

/** A value of this request or event as it crosses into the page. */
export function packed(name: RequestName | EventName, value: unknown): unknown {
  switch (PACKED[name]) {
    case 'study':
      // the contract gives these names a snapshot
      return packStudy(value as StudySnapshot);
    case 'plain':
      return JSON.stringify(value);
    default:
      return value;
  }
}

/** The value again; what is no text was not packed. */
export function unpacked(name: RequestName | EventName, crossed: unknown): unknown {
  if (PACKED[name] === undefined || typeof crossed !== 'string') return crossed;
  return PACKED[name] === 'study' ? unpackStudy(crossed) : (JSON.parse(crossed) as unknown);
}
