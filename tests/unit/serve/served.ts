import type {ServedJob, ServedRequest} from '../../../electron/serve/records';
import {jobId} from '../../../electron/runs/jobId';

/** A request as protocol v2 sends it. */
export function wireRequest(parts: Readonly<Record<string, unknown>> = {}): object {
  return {
    identifier: 'jr1',
    sha: 'a'.repeat(40),
    requested_actions: ['run_model'],
    workspace: {name: 'flu', repo: 'https://github.com/opensafely/flu', branch: 'main', db: 'full'},
    ...parts,
  };
}

/** A request that was taken. */
export function servedRequest(parts: Partial<ServedRequest> = {}): ServedRequest {
  return {
    id: 'jr1',
    repoUrl: 'https://github.com/opensafely/flu',
    branch: 'main',
    commit: 'a'.repeat(40),
    workspace: 'flu',
    database: 'full',
    requestedActions: ['a'],
    cancelledActions: [],
    forceDependencies: false,
    codelistsOk: true,
    createdBy: 'someone',
    createdAt: null,
    v1: null,
    verbatim: null,
    ...parts,
  };
}

/** A job that waits, unless the parts say otherwise. */
export function servedJob(parts: Partial<ServedJob> = {}): ServedJob {
  const requestId = parts.requestId ?? 'jr1';
  const action = parts.action ?? 'a';
  return {
    id: jobId(requestId, action),
    requestId,
    repoUrl: 'https://github.com/opensafely/flu',
    commit: 'a'.repeat(40),
    workspace: 'flu',
    database: 'full',
    action,
    createdBy: 'someone',
    state: 'pending',
    code: 'created',
    message: 'Created',
    runs: true,
    usesDatabase: false,
    waitForJobIds: [],
    cancelled: false,
    timedOut: false,
    createdAt: 1,
    updatedAt: 1,
    startedAt: null,
    completedAt: null,
    job: null,
    ...parts,
  };
}
