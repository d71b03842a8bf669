import type {OutputDecision} from '../../shared/preview';
import {ok} from '../../shared/result';
import type {StudyFolder} from '../runs/studyFolder';
import type {ProvenanceStore} from '../provenance/provenance';
import {readRestored} from '../provenance/successLedger';
import type {Answer} from './studyContext';

/** What the user decided about outputs instead of running their actions, newest first. */
export async function outputDecisions(
  folder: StudyFolder,
  provenance: ProvenanceStore,
): Answer<readonly OutputDecision[]> {
  const marks = await provenance.marks();
  if (!marks.ok) return marks;
  const decisions: OutputDecision[] = marks.value.map(({action, reason, markedAt}) => ({
    kind: 'marked',
    action,
    at: markedAt,
    reason,
  }));
  for (const {action, restoredAt} of readRestored(folder.study))
    if (restoredAt !== null)
      decisions.push({kind: 'restored', action, at: restoredAt, reason: null});
  return ok(decisions.sort((one, other) => other.at.localeCompare(one.at)));
}
