import {type AppError, type AppErrorKind, appError} from '../../shared/errors';
import type {EngineTrouble} from '../../shared/engine';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {failedCall} from './engineReplies';

interface Rule {
  readonly when: RegExp;
  /** What is wrong with an engine that fails like this when it is looked for. */
  readonly trouble?: EngineTrouble;
  readonly kind: AppErrorKind;
  readonly message: string;
  readonly hint: string;
}

/** What engines answer, by the words in it, first match first. */
const RULES: readonly Rule[] = [
  {
    when: /\b(EACCES|EPERM)\b|permission denied while trying to connect/i,
    trouble: 'no-permission',
    kind: 'no-engine',
    message: "You don't have permission to use the container engine on this computer.",
    hint: 'Add yourself to the group "docker" (sudo usermod -aG docker $USER), then log out and in again.',
  },
  {
    when: /\b(ENOENT|ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT)\b/,
    trouble: 'stopped',
    kind: 'no-engine',
    message: 'No container engine answers.',
    hint: startHint(process.platform),
  },
  {
    when: /\b(ECONNRESET|EPIPE)\b|socket hang up|aborted|premature close/i,
    kind: 'no-engine',
    message: 'The connection to the container engine was lost.',
    hint: 'Check that it is running, start it if not, then run the action again.',
  },
  {
    when: /containerd\.sock|grpc: .*closing|transport is closing|\bis starting\b/i,
    trouble: 'starting',
    kind: 'no-engine',
    message: 'The container engine is starting or stopping.',
    hint: 'Wait a moment. If it stays like this, restart the engine.',
  },
  {
    when: /no space left on device/i,
    kind: 'file-system',
    message: "The container engine's disk is full.",
    hint: 'Free space: "docker system df" shows what it holds, "docker image prune" removes unused images.',
  },
  {
    when: /no such image|image not known|manifest unknown|repository .*not found/i,
    kind: 'image-missing',
    message: 'The image is not on this computer.',
    hint: 'Download it first, or check the name and version in the run line of project.yaml.',
  },
  {
    when: /unauthorized|access denied|denied: |no basic auth credentials|authentication required/i,
    kind: 'network',
    message: 'The image registry refused the download.',
    hint: 'Check the name and version in the run line of project.yaml; private images need "docker login".',
  },
  {
    when: /no such host|dial tcp|i\/o timeout|TLS handshake|network is unreachable|deadline exceeded|connection refused/i,
    kind: 'network',
    message: 'The image registry could not be reached.',
    hint: 'Check your network connection. The engine downloads images, so a proxy must be set in the engine.',
  },
  {
    when: /range of CPUs is from/i,
    kind: 'invalid-request',
    message: 'The engine has fewer CPUs than this action asks for.',
    hint: 'Lower the number of CPUs for each job, in the settings or with --cpus.',
  },
  {
    when: /minimum memory limit|memory limit too low/i,
    kind: 'invalid-request',
    message: 'The memory limit is too small for a container.',
    hint: 'Raise the memory for each job, in the settings or with --memory.',
  },
  {
    when: /init binary/i,
    kind: 'job-failed',
    message: 'Podman lacks the program catatonit, which it needs to run containers.',
    hint: 'Install catatonit, or use Docker.',
  },
  {
    when: /executable file not found|no such file or directory.*(exec|runc|crun)|exec:? .*no such file/i,
    kind: 'job-failed',
    message: "The image doesn't contain the program named in the run line.",
    hint: 'Check the first word after the image in the run line of project.yaml.',
  },
  {
    when: /permission denied.*(exec|runc|crun)|exec:? .*permission denied/i,
    kind: 'job-failed',
    message: "The program named in the run line can't be run: it is not executable.",
    hint: 'Put the interpreter before it, for example "python script.py".',
  },
  {
    when: /no such container/i,
    kind: 'not-found',
    message: 'The container has been removed.',
    hint: 'Something else removed it, such as "opensafely clean" or "docker rm". Run the action again.',
  },
];

/** How to start an engine on each system. */
export function startHint(platform: NodeJS.Platform): string {
  return platform === 'win32' || platform === 'darwin'
    ? 'Start Docker Desktop and wait until it says that it is running.'
    : 'Start Docker Desktop, or the service: sudo systemctl start docker.';
}

/** An error that is already explained to the user. */
export class ExplainedError extends Error {
  constructor(readonly appError: AppError) {
    super(appError.message);
  }
}

/** Turns a failed engine call into what happened, why and what to do; `doing` completes "… could not …". */
export function engineError(error: unknown, doing: string): AppError {
  if (error instanceof ExplainedError) return error.appError;
  if (isOwnFileError(error)) {
    return fileSystemError(`A file could not be read or written to ${doing}.`, error);
  }
  const {text, statusCode} = failure(error);
  const rule = ruleOf(text);
  const detail = statusCode === null ? text : `HTTP ${statusCode}: ${text}`;
  if (rule !== undefined) return appError(rule.kind, rule.message, {hint: rule.hint, detail});
  return appError('job-failed', `The container engine could not ${doing}.`, {
    why: text,
    hint: 'Try again; if it happens again, restart the container engine.',
    detail,
  });
}

function ruleOf(text: string): Rule | undefined {
  return RULES.find(({when}) => when.test(text));
}

/** What is wrong with an engine that could not be reached; null where the error does not show it. */
export function engineTroubleOf(error: unknown): EngineTrouble | null {
  const {text, statusCode} = failure(error);
  const isBusy = statusCode !== null && statusCode >= 500 && statusCode < 510;
  return ruleOf(text)?.trouble ?? (isBusy ? 'starting' : null);
}

/** True for a failure with a file of this computer on the way to or from the engine. */
function isOwnFileError(error: unknown): boolean {
  const code = systemErrorCode(error);
  if (code === null || !(error instanceof Error) || !('syscall' in error)) return false;
  const ofSocket = /^(ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET)/.test(code);
  return error.syscall !== 'connect' && !ofSocket;
}

/** The HTTP status of a failed call, null where the engine did not answer at all. */
export function failedStatus(error: unknown): number | null {
  return failure(error).statusCode;
}

/** True where a container is there, but nothing at the path that was asked for. */
export function isMissingPath(error: unknown): boolean {
  const {text, statusCode} = failure(error);
  return statusCode === 404 && !/no such container/iu.test(text);
}

/** What the client library puts before an engine's words. */
const CALL_PREFIX = /^\(HTTP code \d+\) [^-]* - /u;

function failure(error: unknown): {text: string; statusCode: number | null} {
  const parsed = failedCall.safeParse(error);
  const call = parsed.success ? parsed.data : failedCall.parse({});
  const reply = call.json;
  const fromReply =
    typeof reply === 'object' && reply !== null && 'message' in reply ? String(reply.message) : '';
  const plain = call.message.replace(CALL_PREFIX, '').trim();
  const message = fromReply !== '' ? fromReply : plain !== '' ? plain : String(error);
  const code = call.code === undefined || message.includes(call.code) ? '' : `${call.code}: `;
  return {text: `${code}${message}`.trim(), statusCode: call.statusCode ?? null};
}
