import type {AppError} from '../../../shared/errors';
import type {Action, Project} from '../../../shared/project';
import {err, ok, type Result} from '../../../shared/result';
import {defineJobs, type ResolveReusable} from '../../core/plan/jobDefinitions';
import {stageCode, type StagedCode} from '../../files/stageCode';
import type {JobDefinition} from '../../runs/runPorts';
import {argsOnDatabase} from '../../study/buildAction';
import {readProject} from '../../study/readProject';
import type {ServeConfig} from '../config';
import type {Refusal} from '../rules/messages';
import {checkOut, findExport, type CheckedOut, type WantedCode} from './checkout';

/** A study at one commit, ready to make jobs of. */
export interface StudyCode {
  readonly commit: string;
  readonly codeDir: string;
  readonly project: Project;
}

/** An action made definite, with the folder its code is in. */
export interface DefinedAction {
  readonly definition: JobDefinition;
  readonly codeDir: string;
}

/** What studies of requests are got by. */
export interface StudyCodesOptions {
  readonly config: ServeConfig;
  readonly registry: string;
  readonly resolveReusable: ResolveReusable;
  /** Content of the files that database jobs are given by content. */
  readonly presto: {readonly key: string; readonly certificate: string} | null;
  readonly signal: AbortSignal;
  /** Called with git's own error, for the log of this computer. */
  readonly onFault: (error: unknown) => void;
}

/** Studies in memory at most; a commit never changes, so each is read once. */
const KEPT = 50;

/** Milliseconds for which a commit that was on a branch counts as being there. */
const ON_BRANCH_MS = 60_000;

/** Gets studies by repository and commit, and keeps the latest. */
export class StudyCodes {
  private readonly studies = new Map<string, StudyCode>();
  /** When a commit was seen to be on a branch. */
  private readonly onBranch = new Map<string, number>();
  private readonly staged = new Map<string, Promise<Result<StagedCode, AppError>>>();

  constructor(private readonly options: StudyCodesOptions) {}

  /**
   * The study of a new request: asks where the repository is whether the commit is on the branch. That was so is remembered for
   * a minute, as many requests of one commit often come together.
   */
  async ask(wanted: WantedCode): Promise<Result<StudyCode, Refusal>> {
    const {config, signal, onFault} = this.options;
    const {repoUrl, branch, commit} = wanted;
    const key = JSON.stringify([repoUrl, branch, commit]);
    const at = this.onBranch.get(key);
    if (commit !== null && at !== undefined && performance.now() - at < ON_BRANCH_MS)
      return this.again({...wanted, commit});
    this.onBranch.delete(key);
    const found = await checkOut(config, wanted, signal, onFault);
    if (!found.ok) return found;
    if (commit !== null) this.onBranch.set(key, performance.now());
    return this.read(wanted, found.value);
  }

  /** The study of a request that was taken before: from this computer wherever it is there. */
  async again(wanted: WantedCode & {readonly commit: string}): Promise<Result<StudyCode, Refusal>> {
    const known = this.studies.get(keyOf(wanted.repoUrl, wanted.commit));
    if (known !== undefined) return ok(known);
    const {config, signal, onFault} = this.options;
    const here = await findExport(config, wanted);
    if (here !== null) return this.read(wanted, here);
    const found = await checkOut(config, wanted, signal, onFault);
    return found.ok ? this.read(wanted, found.value) : found;
  }

  private read(wanted: WantedCode, found: CheckedOut): Result<StudyCode, Refusal> {
    if (found.project === null) return err({kind: 'no-project'});
    const key = keyOf(wanted.repoUrl, found.commit);
    const known = this.studies.get(key);
    if (known !== undefined) return ok(known);
    const reading = readProject(found.project);
    if (!reading.valid || reading.project === null) {
      const first = reading.problems.find(({severity}) => severity === 'error');
      return err({
        kind: 'bad-project',
        line: first?.line ?? 1,
        rule: first?.rule ?? 'E-YAML-SYNTAX',
      });
    }
    const {commit, codeDir} = found;
    const study = {commit, codeDir, project: reading.project};
    this.studies.set(key, study);
    for (const old of [...this.studies.keys()].slice(0, -KEPT)) this.studies.delete(old);
    return ok(study);
  }

  /** Makes an action definite; an error where its reusable action or its licence can't be had. */
  async define(
    study: StudyCode,
    action: Action,
    database: string,
  ): Promise<Result<DefinedAction, AppError>> {
    const {config, registry, resolveReusable} = this.options;
    const defined = await defineJobs({
      actions: [action],
      options: {limits: config.limits},
      overrides: {},
      registry,
      resolveReusable,
      stataLicence: async () => config.passed.stataLicence,
    });
    if (!defined.ok) return defined;
    const definition = defined.value.definitions.get(action.name);
    if (definition === undefined) throw new Error(`No definition of ${action.name}`);
    return ok({
      definition: {
        ...definition,
        ...this.onDatabase(definition, database),
        timeoutSeconds: config.jobTimeoutSeconds,
      },
      codeDir: defined.value.codeDirs.get(action.name) ?? study.codeDir,
    });
  }

  /** What an action that reads the database is given; nothing for all others. */
  private onDatabase(
    {action, env}: JobDefinition,
    database: string,
  ): Partial<Pick<JobDefinition, 'args' | 'env'>> {
    const {config, presto} = this.options;
    if (!readsDatabase(config, action)) return {};
    const url = config.databaseUrls[database];
    return {
      args: argsOnDatabase(action),
      env: {
        ...env,
        ...config.passed.database,
        ...(presto === null
          ? {}
          : {PRESTO_TLS_KEY: presto.key, PRESTO_TLS_CERT: presto.certificate}),
        ...(url === undefined ? {} : {DATABASE_URL: url}),
      },
    };
  }

  /** What is staged of a study's code, or of a reusable action's; read once, as neither ever changes. */
  async stage(study: StudyCode, codeDir: string): Promise<Result<StagedCode, AppError>> {
    const patterns =
      codeDir === study.codeDir
        ? study.project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern))
        : [];
    const known = this.staged.get(codeDir) ?? stageCode(codeDir, patterns, undefined, 'keep');
    this.staged.delete(codeDir);
    this.staged.set(codeDir, known);
    for (const old of [...this.staged.keys()].slice(0, -KEPT)) this.staged.delete(old);
    const staged = await known;
    if (!staged.ok) this.staged.delete(codeDir);
    return staged;
  }
}

/** True for an action that is given the database: not on a backend that has none. */
export function readsDatabase(
  {dummyDataOnly}: Pick<ServeConfig, 'dummyDataOnly'>,
  {usesDatabase}: Pick<Action, 'usesDatabase'>,
): boolean {
  return usesDatabase && !dummyDataOnly;
}

function keyOf(repoUrl: string, commit: string): string {
  return `${repoUrl}\n${commit}`;
}
