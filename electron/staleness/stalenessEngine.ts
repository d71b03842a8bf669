import {existsSync, readFileSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {Staleness} from '../../shared/status';
import type {StagedEntry} from '../runs/executor';
import {fileInStudy} from '../workspace/fileInStudy';
import {fileSystemError} from '../workspace/fileSystemError';
import {ensureMetadataDir} from '../workspace/metadataDir';
import {textChange, unifiedDiff, type TextChange} from './changedLines';
import {codeFiles, countsAsCode} from './codeFiles';
import {CodeTexts} from './codeTexts';
import type {Surroundings} from './differences';
import {DEFINITION_FILE, definitionText, outputPatternsOf} from './differences';
import {earlierSuccesses} from './earlierSuccesses';
import type {Standing} from './evaluate';
import {evaluate} from './evaluate';
import {HashCache, type HashedFile} from './hashCache';
import type {EarlierSuccess, StalenessStore, StudyNow, Success} from './staleness';
import type {FileManifest, SuccessRecord} from './successRecord';
import {SuccessStore} from './successStore';
import {usedFiles} from './usedFiles';

/** Longest text of which changed lines are counted, in bytes. */
const MOST_BYTES_COMPARED = 512 * 1024;

/** The store of staleness itself; it reads files synchronously, so it belongs in a worker. */
export class StalenessEngine implements StalenessStore {
  private readonly folder: string;
  private readonly store: SuccessStore;
  private readonly texts: CodeTexts;
  private readonly hashes: HashCache;
  private readonly textChanges = new Map<string, TextChange | null>();
  private readonly folderManifests = new Map<string, string>();
  /** As it was at the last check. */
  private lastStudy: StudyNow | null = null;

  constructor(
    private readonly studyDir: string,
    now: () => number,
  ) {
    this.folder = join(studyDir, 'metadata', 'study-desk', 'staleness');
    this.store = new SuccessStore(this.folder);
    this.texts = new CodeTexts(join(this.folder, 'texts'));
    this.hashes = HashCache.open(join(this.folder, 'hashes.json'), studyDir, now);
  }

  async recordSuccess(study: StudyNow, success: Success): Promise<Result<null, AppError>> {
    const action = study.project.actions.find(({name}) => name === success.action);
    if (action === undefined) return err(unknownAction(success.action));
    return this.writing(async () => {
      const code = success.code.filter((entry) => entry.kind === 'file');
      const used =
        success.actionCommit === null
          ? usedFiles(
              action,
              code.map((entry) => entry.path),
              success.filesRead,
              (path) => this.readText(path),
              countsAsCode,
            )
          : {paths: [], foundBy: 'commit' as const};
      const memo = used.foundBy === 'folder' ? success.codeKey : null;
      const codeManifest =
        (memo === null ? undefined : this.folderManifests.get(memo)) ??
        (await this.keepCode(code, new Set(used.paths)));
      if (memo !== null) this.folderManifests.set(memo, codeManifest);
      for (const {path, size, sha256} of success.outputs) this.hashes.learn(path, size, sha256);
      await this.store.add({
        format: 1,
        action: action.name,
        jobId: success.jobId,
        completedAt: success.completedAt,
        restoredAt: null,
        runLine: action.run.raw,
        configJson: action.configJson,
        imageId: success.imageId,
        actionCommit: success.actionCommit,
        outputPatterns: outputPatternsOf(action),
        codeFoundBy: used.foundBy,
        codeManifest,
        inputManifest: this.store.keepManifest(this.manifestOf(success.inputs)),
        outputs: success.outputs.map(({path, tier, size, sha256}) => ({path, tier, size, sha256})),
      });
    });
  }

  async recordRestored(
    earlier: EarlierSuccess,
    restoredAt: string,
  ): Promise<Result<null, AppError>> {
    return this.writing(() => this.store.add({...earlier.record, restoredAt}));
  }

  async check(study: StudyNow): Promise<Result<ReadonlyMap<string, Staleness>, AppError>> {
    try {
      const standings = this.standings(study);
      this.hashes.dropUnused();
      await this.hashes.save().catch(() => undefined); // without it the next check only takes longer
      return ok(new Map([...standings].map(([name, {staleness}]) => [name, staleness])));
    } catch (error) {
      return err(fileSystemError('What has changed in the study could not be found out.', error));
    }
  }

  async diff(action: string, path: string): Promise<Result<string, AppError>> {
    this.store.refresh();
    const record = this.store.latest(action);
    if (record !== null && path === DEFINITION_FILE) return this.definitionDiff(record);
    const manifest = record === null ? null : this.store.manifest(record.codeManifest);
    const before = manifest?.[path] ?? null;
    const text = before === null ? null : this.texts.read(before);
    const isNew = record?.codeFoundBy === 'folder' && manifest?.[path] === undefined;
    // only code is shown: outputs can be sensitive
    if (text === null && !(isNew && this.isCode(path))) return err(textNotKept(path));
    const file = await fileInStudy(this.studyDir, path);
    const now = file.ok ? this.readText(path) : '';
    return now === null ? err(textNotKept(path)) : ok(unifiedDiff(path, text ?? '', now));
  }

  async mark(
    study: StudyNow,
    action: string,
    reason: string,
    markedAt: string,
  ): Promise<Result<null, AppError>> {
    const standings = this.standings(study);
    const standing = standings.get(action);
    const record = standing?.record ?? null;
    if (standing === undefined || record === null)
      return err(
        appError('invalid-request', `\`${action}\` can't be marked as up to date.`, {
          why: 'It has not succeeded in Study Desk yet, so there are no outputs to vouch for.',
          hint: 'Run it first.',
        }),
      );
    const upstream = Object.fromEntries(
      standing.because.map((root) => [root, standings.get(root)?.differences ?? '']),
    );
    return this.writing(() =>
      this.store.addMark({
        format: 1,
        action,
        jobId: record.jobId,
        reason,
        markedAt,
        differences: standing.differences,
        upstream: {...this.store.markOf(action)?.upstream, ...upstream},
      }),
    );
  }

  async earlierSuccesses(
    study: StudyNow,
    available: ReadonlySet<string>,
  ): Promise<Result<readonly EarlierSuccess[], AppError>> {
    try {
      const standings = this.standings(study);
      return ok(earlierSuccesses(study, standings, this.store, this.around(study), available));
    } catch (error) {
      return err(fileSystemError('Earlier outputs could not be looked up.', error));
    }
  }

  async close(): Promise<void> {
    await this.hashes.save().catch(() => undefined); // without it the next check only takes longer
  }

  /** What project.yaml said of the action then and says now. */
  private definitionDiff(record: SuccessRecord): Result<string, AppError> {
    const now = this.lastStudy?.project.actions.find(({name}) => name === record.action);
    const text =
      now === undefined
        ? ''
        : definitionText({
            runLine: now.run.raw,
            configJson: now.configJson,
            outputPatterns: outputPatternsOf(now),
          });
    return ok(unifiedDiff(DEFINITION_FILE, definitionText(record), text));
  }

  private isCode(path: string): boolean {
    return this.lastStudy !== null && this.around(this.lastStudy).codePaths().includes(path);
  }

  private standings(study: StudyNow): ReadonlyMap<string, Standing> {
    this.store.refresh();
    this.lastStudy = study;
    return evaluate(
      study,
      {
        latest: (action) => this.store.latest(action),
        markOf: (action) => this.store.markOf(action),
      },
      this.around(study),
    );
  }

  private around(study: StudyNow): Surroundings {
    let paths: readonly string[] | null = null;
    const patterns = study.project.actions.flatMap((action) =>
      action.outputs.map((output) => output.pattern),
    );
    // within one check a file is what it is, however many actions ask
    const seen = new Map<string, HashedFile | null>();
    return {
      hash: (path) => {
        const known = seen.get(path);
        if (known !== undefined) return known;
        const found = this.hashes.hash(path);
        seen.set(path, found);
        return found;
      },
      manifest: (digest) => this.store.manifest(digest),
      textChange: (path, before, now) => this.textChange(path, before, now),
      codePaths: () => {
        paths ??= codeFiles(this.studyDir, patterns).filter(countsAsCode);
        return paths;
      },
    };
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
  private manifestOf(staged: readonly StagedEntry[]): FileManifest {
    const manifest: Record<string, string | null> = {};
    for (const entry of staged) {
      const now = this.hashes.hash(entry.path);
      const same = now !== null && now.size === entry.size && now.mtimeMs === entry.mtimeMs;
      manifest[entry.path] = same ? now.sha256 : null;
    }
    return manifest;
  }

  private async keepCode(code: readonly StagedEntry[], used: ReadonlySet<string>): Promise<string> {
    const files = code.filter((entry) => used.has(entry.path));
    const manifest = this.manifestOf(files);
    for (const {path, size} of files) {
      const sha256 = manifest[path] ?? null;
      if (sha256 !== null) await this.texts.keep(join(this.studyDir, path), sha256, size);
    }
    return this.store.keepManifest(manifest);
  }

  private readText(path: string): string | null {
    try {
      const bytes = readFileSync(join(this.studyDir, path));
      return bytes.length > MOST_BYTES_COMPARED ? null : bytes.toString('utf8');
    } catch {
      return null;
    }
  }

  private async writing(write: () => void | Promise<void>): Promise<Result<null, AppError>> {
    try {
      // made once, and again only where someone has removed it
      if (!existsSync(this.folder)) {
        const made = await ensureMetadataDir(this.studyDir);
        if (!made.ok) return made;
        await mkdir(this.folder, {recursive: true, mode: 0o700});
      }
      await write();
      return ok(null);
    } catch (error) {
      return err(fileSystemError('What the outputs were made from could not be noted.', error));
    }
  }
}

function unknownAction(name: string): AppError {
  return appError('invalid-request', `This study has no action called \`${name}\`.`);
}

function textNotKept(path: string): AppError {
  return appError('not-found', `There is no earlier text of \`${path}\` to compare with.`, {
    why: 'Only text files of code up to 512 kB are kept, the oldest are dropped, and a file that changed while the action ran is not kept.',
    hint: 'Compare with an earlier commit in git instead.',
  });
}
