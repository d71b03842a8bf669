import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {AppError} from '../../shared/errors';
import type {Action} from '../../shared/project';
import {err, ok, type Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import {fileSystemError} from '../files/fileSystemError';
import {cacheFolder, ensureMetadataDir} from '../files/metadataDir';
import {recordedInStudy} from '../files/studyPath';
import {textChange, unifiedDiff, type TextChange} from './changedLines';
import {countsAsCode, usedFiles, type UsedFiles} from './codeFiles';
import {ChangeTimes} from './changeTimes';
import {CodeTexts, readableText} from './codeTexts';
import {DEFINITION_FILE, definitionText, outputPatternsOf} from './differences';
import {earlierSuccesses} from './earlierSuccesses';
import {evaluate, type CheckedAction} from './evaluate';
import {HashCache, isSameFile, sha256Of} from './hashCache';
import {findNeeds} from './needs';
import type {EarlierSuccess, NeedFindings, StagedForJob, StudyNow, Success} from './provenance';
import {cannotBeMarked, notNoted, textNotKept} from './provenanceErrors';
import {ScanMemory} from './scanMemory';
import {StagedJobs, type StagedCode} from './stagedJobs';
import {listDigest, lookAt, type Sources, type StudyLook} from './studyLook';
import {
  provenanceFolder,
  SuccessLedger,
  type SuccessRecord,
  type UpToDateMark,
} from './successLedger';

/** The store of provenance itself; it reads files synchronously, so it belongs in a worker. */
export class ProvenanceRecords {
  private readonly folder: string;
  private readonly ledger: SuccessLedger;
  private readonly texts: CodeTexts;
  private readonly hashes: HashCache;
  private readonly staged: StagedJobs;
  private readonly textChanges = new Map<string, TextChange | null>();
  private readonly folderManifests = new Map<string, string>();
  private readonly listings = new Map<string, string>();
  private readonly lists = new Map<string, string>();
  private readonly times: ChangeTimes;
  private readonly sources: Sources;
  /** As it was at the last check. */
  private lastStudy: StudyNow | null = null;

  constructor(
    private readonly studyDir: string,
    now: () => number,
  ) {
    this.folder = provenanceFolder(studyDir);
    this.ledger = new SuccessLedger(this.folder);
    this.texts = new CodeTexts(join(this.folder, 'texts'));
    this.hashes = HashCache.open(join(this.folder, 'hashes.json'), studyDir, now);
    this.staged = new StagedJobs(join(this.folder, 'staged'));
    this.times = ChangeTimes.open(join(this.folder, 'times.json'));
    this.sources = {
      studyDir,
      hashes: this.hashes,
      ledger: this.ledger,
      times: this.times,
      scans: new ScanMemory(),
      now,
      textChange: (path, before, after) => this.textChange(path, before, after),
      readText: (path) => this.readText(path),
    };
  }

  /**
   * Notes what a job is given, by content; to be called when its workspace has been filled, so that a file that is as it
   * was when it was staged is as it was when it was copied.
   */
  async noteStaged(staged: StagedForJob): Promise<Result<null, AppError>> {
    const {action, jobId, actionCommit, codeKey} = staged;
    return this.writing(async () => {
      const code =
        staged.code === null
          ? this.staged.code(codeKey)
          : this.staged.keepCode(codeKey, staged.code);
      if (code === null) throw new Error(`The code ${codeKey} was not given.`);
      const inputs = new Map(staged.inputs.map((entry) => [entry.path, entry]));
      const paths = [...code.keys()];
      const scan =
        actionCommit === null
          ? this.sources.scans.scan(action, {
              paths,
              list: this.listOf(codeKey, paths),
              hash: (path) => this.hashes.hash(path),
              readText: (path) => this.readText(path),
            })
          : null;
      const used = scan === null ? COMMIT : usedFiles(action, paths, null, scan);
      this.staged.add({
        format: 1,
        jobId,
        codeKey,
        scan: scan === null ? null : {paths: [...scan.paths], certain: scan.certain},
        codeManifest: await this.codeManifestOf(codeKey, code, used),
        inputManifest: this.ledger.keepManifest(this.manifestOf(inputs, [...inputs.keys()])),
      });
    });
  }

  /**
   * What a success of a job that is given this would have on record of its code, for jobs that end where none of ours is
   * there; notes what it was given too.
   */
  async codeOnRecord(
    staged: StagedForJob,
  ): Promise<
    Result<Pick<SuccessRecord, 'codeFoundBy' | 'codeManifest' | 'codeListing'>, AppError>
  > {
    const noted = await this.noteStaged(staged);
    if (!noted.ok) return noted;
    const given = this.staged.of(staged.jobId);
    const code = this.staged.code(staged.codeKey);
    if (given === null || code === null) return err(notNoted());
    const {codeManifest, codeKey, scan} = given;
    const paths = [...code.keys()];
    const used = scan === null ? COMMIT : usedFiles(staged.action, paths, null, scan);
    return this.inFolder(() => ({
      ...{codeFoundBy: used.foundBy, codeManifest},
      codeListing: this.listingOf(codeKey, paths),
    }));
  }

  /** An answer for each, in their order; an error of all where they could not be written. */
  async recordSuccesses(
    successes: readonly Success[],
  ): Promise<Result<readonly Result<null, AppError>[], AppError>> {
    const made: Result<SuccessRecord, AppError>[] = [];
    for (const success of successes) made.push(await this.successRecord(success));
    const records = made.flatMap((each) => (each.ok ? [each.value] : []));
    const added = await this.writing(() => this.ledger.add(records));
    if (!added.ok) return added;
    return ok(made.map((each) => (each.ok ? ok(null) : each)));
  }

  /** What the ledger is to hold of a success; the lists of files that it names are kept by then. */
  private async successRecord(success: Success): Promise<Result<SuccessRecord, AppError>> {
    const {action, jobId} = success;
    const given = this.staged.of(jobId);
    const code = given === null ? null : this.staged.code(given.codeKey);
    if (given === null || code === null) return err(notNoted());
    return this.inFolder(async () => {
      const {codeKey, scan} = given;
      const used =
        scan === null ? COMMIT : usedFiles(action, [...code.keys()], success.filesRead, scan);
      for (const {path, size, sha256} of success.outputs) this.hashes.learn(path, size, sha256);
      return {
        format: 1,
        action: action.name,
        jobId,
        completedAt: success.completedAt,
        restoredAt: null,
        runLine: action.run.raw,
        configJson: action.configJson,
        imageId: success.imageId,
        actionCommit: success.actionCommit,
        outputPatterns: outputPatternsOf(action),
        codeFoundBy: used.foundBy,
        codeManifest:
          used.foundBy === 'observed'
            ? await this.codeManifestOf(codeKey, code, used, given.codeManifest)
            : given.codeManifest,
        codeListing: this.listingOf(codeKey, [...code.keys()]),
        inputManifest: given.inputManifest,
        ...(used.foundBy === 'observed'
          ? {inputsNotRead: this.notRead(given.inputManifest, success)}
          : {}),
        outputs: success.outputs.map(({path, tier, size, sha256}) => ({path, tier, size, sha256})),
      };
    });
  }

  /** Forgets what was noted of jobs; to be called when none is under way. */
  async forgetStaged(jobIds: readonly string[]): Promise<Result<null, AppError>> {
    try {
      this.staged.forget(jobIds);
      return ok(null);
    } catch (error) {
      return err(
        fileSystemError('The records of what jobs were given could not be removed.', error),
      );
    }
  }

  /** Remembers outputs taken from the cache as the latest successes of their actions: all of them, or none. */
  async recordRestored(
    earlier: readonly EarlierSuccess[],
    restoredAt: string,
  ): Promise<Result<null, AppError>> {
    return this.writing(() => this.ledger.addRestored(earlier, restoredAt));
  }

  /** Forgets a success, as of outputs that were supplied and are taken out again. */
  async forgetSuccess(jobId: string): Promise<Result<null, AppError>> {
    return this.writing(() => this.ledger.forget(jobId));
  }

  /**
   * What is known of every action: `never-run` for those without a success, and never up to date without a comparison
   * with all that the very job of its success was given. What can't be read makes single actions `not-verified`.
   */
  async check(study: StudyNow): Promise<Result<ReadonlyMap<string, Provenance>, AppError>> {
    const checked = this.evaluated(study);
    this.hashes.dropUnused();
    this.times.dropUnasked();
    // without the one the next check only takes longer, without the other it gives a later time
    await Promise.all([this.hashes.save(), this.times.save()]).catch(() => undefined);
    return ok(new Map([...checked].map(([name, {provenance}]) => [name, provenance])));
  }

  /** Needs that are hidden, and those that seem unused. */
  async needs(study: StudyNow): Promise<Result<NeedFindings, AppError>> {
    this.ledger.refresh();
    this.lastStudy = study;
    const found = findNeeds(study, {
      codePaths: this.look(study).codePaths(),
      readText: (path) => this.readText(path),
      recordOf: (action) => this.recordOf(action),
      listed: (digest) => Object.keys(this.ledger.manifest(digest) ?? {}),
    });
    return ok(found);
  }

  /**
   * What project.yaml says of each of these actions and the code that its scripts name, as a digest: a save of any of it
   * gives another. Without what jobs were seen to read, which is another after each job.
   */
  async versions(
    study: StudyNow,
    actions: readonly string[],
  ): Promise<Result<Readonly<Record<string, string>>, AppError>> {
    const look = this.look(study);
    const chosen = study.project.actions.filter(({name}) => actions.includes(name));
    const versions = chosen.map((action) => {
      const files = look.usedCode(action).paths.map((path) => [path, look.hash(path)?.sha256]);
      return [action.name, sha256Of(JSON.stringify([nowInProject(action), files]))] as const;
    });
    return ok(Object.fromEntries(versions));
  }

  /** Of files, deleted ones too, the actions that use each: by their scripts of now, or as on record of their last success. */
  async usersOf(
    study: StudyNow,
    paths: readonly string[],
  ): Promise<Result<Readonly<Record<string, readonly string[]>>, AppError>> {
    this.ledger.refresh();
    this.lastStudy = study;
    const look = this.look(study);
    const users = new Map(paths.map((path) => [path, [] as string[]]));
    for (const action of study.project.actions) {
      const manifest = this.recordOf(action.name)?.codeManifest;
      const used = new Set([
        ...look.usedCode(action).paths,
        ...(manifest === undefined ? [] : Object.keys(this.ledger.manifest(manifest) ?? {})),
      ]);
      for (const path of paths) if (used.has(path)) users.get(path)?.push(action.name);
    }
    return ok(Object.fromEntries(users));
  }

  /** The code files that an action used at its success or uses now, as they were then: without a text where there was none. */
  async usedThen(
    study: StudyNow,
    action: string,
  ): Promise<
    Result<
      readonly {readonly path: string; readonly text: string | null; readonly isKept: boolean}[],
      AppError
    >
  > {
    this.ledger.refresh();
    this.lastStudy = study;
    const record = this.recordOf(action);
    const now = study.project.actions.find(({name}) => name === action);
    if (record === null || now === undefined) return err(textNotKept(action));
    const then = this.ledger.manifest(record.codeManifest) ?? {};
    const look = this.look(study);
    const files = [...new Set([...Object.keys(then), ...look.usedCode(now).paths])].sort();
    return ok(
      files.map((path) => {
        const sha256 = then[path];
        if (sha256 === undefined) return {path, text: null, isKept: true};
        const text = sha256 === null ? null : this.texts.read(sha256);
        return {path, text, isKept: text !== null};
      }),
    );
  }

  /** A file's text at the action's last success against today's, as a unified diff. */
  async diff(action: string, path: string): Promise<Result<string, AppError>> {
    this.ledger.refresh();
    const record =
      this.lastStudy === null ? (this.ledger.of(action).at(-1) ?? null) : this.recordOf(action);
    if (record === null) return err(textNotKept(path));
    if (path === DEFINITION_FILE) return this.definitionDiff(record);
    const before = this.earlierText(record, path);
    if (before === null) return err(textNotKept(path));
    // a link to outside the study is followed, as when the code was read: what it led to is on record under this path
    const file = recordedInStudy(this.studyDir, path);
    if (!file.ok) return file;
    const now = existsSync(file.value) ? readableText(file.value) : '';
    return now === null ? err(textNotKept(path)) : ok(unifiedDiff(path, before, now).diff);
  }

  /** Declares an action up to date as it is now; the reason is kept in the history. */
  async mark(
    study: StudyNow,
    action: string,
    reason: string,
    markedAt: string,
  ): Promise<Result<null, AppError>> {
    const checked = this.evaluated(study);
    const found = checked.get(action);
    const success = study.successes.get(action);
    if (found === undefined || success === undefined)
      return err(cannotBeMarked(action, 'It has not succeeded yet, so it has no outputs.'));
    if (success.ranBy === 'study-desk' && found.record === null)
      return err(
        cannotBeMarked(
          action,
          'There is no record of what its outputs were made from, so later changes could not be noticed.',
        ),
      );
    const upstream = Object.fromEntries(
      found.because.map((root) => [root, checked.get(root)?.differences ?? '']),
    );
    return this.writing(() =>
      this.ledger.addMark({
        format: 1,
        action,
        jobId: found.record?.jobId ?? success.jobId,
        reason,
        markedAt,
        differences: found.differences,
        upstream: {...this.ledger.markOf(action)?.upstream, ...upstream},
      }),
    );
  }

  /** Every mark that was ever given, oldest first. */
  async marks(): Promise<Result<readonly UpToDateMark[], AppError>> {
    return ok(this.ledger.allMarks());
  }

  /**
   * Per action that is out of date or not verified: the newest earlier success that fits the study as it is and
   * whose outputs are all `available`, by their SHA-256.
   */
  async earlierSuccesses(
    study: StudyNow,
    available: ReadonlySet<string>,
  ): Promise<Result<readonly EarlierSuccess[], AppError>> {
    const checked = this.evaluated(study);
    const successes = {
      of: (action: string) => this.ledger.of(action),
      recordOf: (action: string) => this.recordOf(action),
    };
    return ok(earlierSuccesses(study, checked, successes, this.look(study), available));
  }

  async close(): Promise<void> {
    await this.hashes.save().catch(() => undefined); // without it the next check only takes longer
  }

  /** What project.yaml said of the action then and says now. */
  private definitionDiff(record: SuccessRecord): Result<string, AppError> {
    const now = this.lastStudy?.project.actions.find(({name}) => name === record.action);
    const text = now === undefined ? '' : nowInProject(now);
    return ok(unifiedDiff(DEFINITION_FILE, definitionText(record), text).diff);
  }

  /** A file as it was when the action succeeded: nothing for one that is new, null where it is not kept. */
  private earlierText(record: SuccessRecord, path: string): string | null {
    const code = this.ledger.manifest(record.codeManifest) ?? {};
    const data = {
      ...this.ledger.manifest(record.inputManifest),
      ...Object.fromEntries(record.outputs.map((output) => [output.path, output.sha256])),
    };
    const sha256 = code[path] ?? data[path] ?? null;
    if (sha256 !== null)
      return this.texts.read(sha256) ?? readableText(join(cacheFolder(this.studyDir), sha256));
    const isNew = code[path] === undefined && data[path] === undefined && this.isCode(path);
    return isNew ? '' : null;
  }

  private notRead(inputManifest: string, {filesRead}: Success): string[] {
    const read = new Set(filesRead);
    return Object.keys(this.ledger.manifest(inputManifest) ?? {}).filter((path) => !read.has(path));
  }

  private isCode(path: string): boolean {
    return this.lastStudy !== null && this.look(this.lastStudy).isCode(path);
  }

  private evaluated(study: StudyNow): ReadonlyMap<string, CheckedAction> {
    this.ledger.refresh();
    this.lastStudy = study;
    return evaluate(
      study,
      {
        recordOf: (action) => this.recordOf(action),
        whyNoRecord: () => this.ledger.whyNoRecord(),
        markOf: (action) => this.ledger.markOf(action),
      },
      this.look(study),
    );
  }

  /** The record of the success of ours that an action's outputs are from. */
  private recordOf(action: string): SuccessRecord | null {
    const success = this.lastStudy?.successes.get(action);
    if (success === undefined || success.ranBy === 'opensafely') return null;
    return this.ledger.recordOf(action, success.jobId, success.completedAt);
  }

  private look(study: StudyNow): StudyLook {
    return lookAt(study, this.sources);
  }

  /** A digest of the paths of some code. */
  private listOf(codeKey: string, paths: readonly string[]): string {
    const list = this.lists.get(codeKey) ?? listDigest(paths);
    this.lists.set(codeKey, list);
    return list;
  }

  /** Keeps the list of all code files, once for all jobs that were given the same. */
  private listingOf(codeKey: string, paths: readonly string[]): string {
    const listing =
      this.listings.get(codeKey) ??
      this.ledger.keepManifest(Object.fromEntries(paths.map((path) => [path, null])));
    this.listings.set(codeKey, listing);
    return listing;
  }

  private textChange(path: string, before: string, now: string): TextChange | null {
    const key = `${path} ${before} ${now}`;
    const known = this.textChanges.get(key);
    if (known !== undefined) return known;
    const earlier = this.texts.read(before);
    const text = earlier === null ? null : this.readText(path);
    const change = earlier === null || text === null ? null : textChange(path, earlier, text);
    this.textChanges.set(key, change);
    return change;
  }

  /** Digests of files as they were staged; null for one that has changed since. */
  private manifestOf(staged: StagedCode, paths: readonly string[]): Record<string, string | null> {
    const manifest: Record<string, string | null> = {};
    for (const path of paths) {
      const then = staged.get(path);
      if (then === undefined) continue;
      const now = this.hashes.hash(path);
      manifest[path] = now !== null && isSameFile(now, then) ? now.sha256 : null;
    }
    return manifest;
  }

  /** Keeps the list of the code that counts, with its texts; what `known` lists is taken from there. */
  private async codeManifestOf(
    codeKey: string,
    code: StagedCode,
    {paths, foundBy}: Pick<UsedFiles, 'paths'> & {readonly foundBy: string},
    known: string | null = null,
  ): Promise<string> {
    const memo =
      foundBy === 'folder'
        ? [codeKey, ...paths.filter((path) => !countsAsCode(path))].join('\0')
        : null;
    const kept = memo === null ? undefined : this.folderManifests.get(memo);
    if (kept !== undefined) return kept;
    const before = known === null ? null : this.ledger.manifest(known);
    const manifest = this.manifestOf(
      code,
      paths.filter((path) => before?.[path] === undefined),
    );
    for (const [path, sha256] of Object.entries(manifest))
      if (sha256 !== null)
        await this.texts.keep(join(this.studyDir, path), sha256, code.get(path)?.size ?? 0);
    for (const path of paths) manifest[path] ??= before?.[path] ?? null;
    const digest = this.ledger.keepManifest(manifest);
    if (memo !== null) this.folderManifests.set(memo, digest);
    return digest;
  }

  private readText(path: string): string | null {
    return readableText(join(this.studyDir, path));
  }

  private async writing(write: () => void | Promise<void>): Promise<Result<null, AppError>> {
    const written = await this.inFolder(write);
    return written.ok ? ok(null) : written;
  }

  private async inFolder<T>(write: () => T | Promise<T>): Promise<Result<T, AppError>> {
    try {
      // made once, and again only where someone has removed it
      if (!existsSync(this.folder)) {
        const made = await ensureMetadataDir(this.studyDir);
        if (!made.ok) return made;
        await mkdir(this.folder, {recursive: true, mode: 0o700});
      }
      return ok(await write());
    } catch (error) {
      return err(fileSystemError('What the outputs were made from could not be recorded.', error));
    }
  }
}

/** The code of a reusable action is known by its commit. */
const COMMIT = {paths: [], foundBy: 'commit'} as const;

/** What project.yaml says of an action now. */
function nowInProject(action: Action): string {
  return definitionText({
    runLine: action.run.raw,
    configJson: action.configJson,
    outputPatterns: outputPatternsOf(action),
  });
}
