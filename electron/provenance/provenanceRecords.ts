import {existsSync} from 'node:fs';
import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import type {StagedEntry} from '../engine/executor';
import {fileInStudy} from '../files/fileInStudy';
import {fileSystemError} from '../files/fileSystemError';
import {cacheFolder, ensureMetadataDir} from '../files/metadataDir';
import {textChange, unifiedDiff, type TextChange} from './changedLines';
import {countsAsCode} from './codeFiles';
import {ChangeTimes} from './changeTimes';
import {CodeTexts} from './codeTexts';
import type {StudyLook} from './differences';
import {DEFINITION_FILE, definitionText, outputPatternsOf} from './differences';
import {earlierSuccesses} from './earlierSuccesses';
import type {Standing} from './evaluate';
import {evaluate} from './evaluate';
import {HashCache} from './hashCache';
import type {EarlierSuccess, ProvenanceStore, StudyNow, Success} from './provenance';
import type {FileManifest, SuccessRecord, UpToDateMark} from './successRecord';
import {readableText} from './readableText';
import {ScanMemory} from './scanMemory';
import {SuccessStore} from './successStore';
import {listDigest, surroundings, type Sources} from './studyLook';
import {usedFiles} from './usedFiles';

/** The store of provenance itself; it reads files synchronously, so it belongs in a worker. */
export class ProvenanceRecords implements ProvenanceStore {
  private readonly folder: string;
  private readonly store: SuccessStore;
  private readonly texts: CodeTexts;
  private readonly hashes: HashCache;
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
    this.folder = join(studyDir, 'metadata', 'study-desk', 'provenance');
    this.store = new SuccessStore(this.folder);
    this.texts = new CodeTexts(join(this.folder, 'texts'));
    this.hashes = HashCache.open(join(this.folder, 'hashes.json'), studyDir, now);
    this.times = ChangeTimes.open(join(this.folder, 'times.json'));
    this.sources = {
      studyDir,
      hashes: this.hashes,
      store: this.store,
      times: this.times,
      scans: new ScanMemory(),
      now,
      textChange: (path, before, after) => this.textChange(path, before, after),
      readText: (path) => this.readText(path),
    };
  }

  async recordSuccess(study: StudyNow, success: Success): Promise<Result<null, AppError>> {
    const action = study.project.actions.find(({name}) => name === success.action);
    if (action === undefined) return err(unknownAction(success.action));
    return this.writing(async () => {
      const code = success.code.filter((entry) => entry.kind === 'file');
      const paths = code.map((entry) => entry.path);
      const used =
        success.actionCommit === null
          ? usedFiles(action, paths, success.filesRead, () =>
              this.sources.scans.scan(action, {
                paths,
                list: this.listOf(success.codeKey, paths),
                hash: (path) => this.hashes.hash(path),
                readText: (path) => this.readText(path),
              }),
            )
          : {paths: [], foundBy: 'commit' as const};
      const memo =
        used.foundBy === 'folder'
          ? [success.codeKey, ...used.paths.filter((path) => !countsAsCode(path))].join('\0')
          : null;
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
        codeListing: this.listingOf(success.codeKey, code),
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

  async check(study: StudyNow): Promise<Result<ReadonlyMap<string, Provenance>, AppError>> {
    try {
      const standings = this.standings(study);
      this.hashes.dropUnused();
      this.times.dropUnasked();
      // without the one the next check only takes longer, without the other it tells a later time
      await Promise.all([this.hashes.save(), this.times.save()]).catch(() => undefined);
      return ok(new Map([...standings].map(([name, {provenance}]) => [name, provenance])));
    } catch (error) {
      return err(fileSystemError('What has changed in the study could not be found out.', error));
    }
  }

  async diff(action: string, path: string): Promise<Result<string, AppError>> {
    this.store.refresh();
    const record = this.store.latest(action);
    if (record === null) return err(textNotKept(path));
    if (path === DEFINITION_FILE) return this.definitionDiff(record);
    const before = this.earlierText(record, path);
    if (before === null) return err(textNotKept(path));
    const file = await fileInStudy(this.studyDir, path);
    const now = file.ok ? readableText(file.value) : '';
    return now === null ? err(textNotKept(path)) : ok(unifiedDiff(path, before, now));
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

  async marks(): Promise<Result<readonly UpToDateMark[], AppError>> {
    return ok(this.store.allMarks());
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

  /** A file as it was when the action succeeded: nothing for one that is new, null where it is not kept. */
  private earlierText(record: SuccessRecord, path: string): string | null {
    const code = this.store.manifest(record.codeManifest) ?? {};
    const data = {
      ...this.store.manifest(record.inputManifest),
      ...Object.fromEntries(record.outputs.map((output) => [output.path, output.sha256])),
    };
    const sha256 = code[path] ?? data[path] ?? null;
    if (sha256 !== null)
      return this.texts.read(sha256) ?? readableText(join(cacheFolder(this.studyDir), sha256));
    const isNew = code[path] === undefined && data[path] === undefined && this.isCode(path);
    return isNew ? '' : null;
  }

  private isCode(path: string): boolean {
    return this.lastStudy !== null && this.around(this.lastStudy).isCode(path);
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

  private around(study: StudyNow): StudyLook {
    return surroundings(study, this.sources);
  }

  /** A digest of the paths of some code. */
  private listOf(codeKey: string, paths: readonly string[]): string {
    const list = this.lists.get(codeKey) ?? listDigest(paths);
    this.lists.set(codeKey, list);
    return list;
  }

  /** Keeps the list of all code files, once for all jobs that were given the same. */
  private listingOf(codeKey: string, code: readonly StagedEntry[]): string {
    const listing =
      this.listings.get(codeKey) ??
      this.store.keepManifest(Object.fromEntries(code.map(({path}) => [path, null])));
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
    return readableText(join(this.studyDir, path));
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
    why: 'Only text up to 512 kB is compared. Of code the oldest texts are dropped, of data those no longer in the cache, and a file that changed while the action ran is not kept.',
    hint: 'Compare with an earlier commit in git instead.',
  });
}
