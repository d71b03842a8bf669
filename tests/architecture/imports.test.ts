import {describe, expect, it} from 'vitest';
import {importRules, type ImportRule} from './importRules';
import {importsOf, importsOfFile, sourcesBelow, type Import} from './importsOf';

/** The folder (or file) whose rule holds for this file: the nearest that is listed. */
const ruleFolder = (file: string): string | undefined =>
  Object.keys(importRules)
    .filter((folder) => isWithin(file, folder))
    .sort((a, b) => b.length - a.length)[0];

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || path.startsWith(`${folder}.`);
}

function allows(rule: ImportRule, folder: string, imported: Import): boolean {
  switch (imported.kind) {
    case 'node':
      return rule.node;
    case 'package':
      return rule.packages.includes(imported.name);
    case 'file':
      return (
        ruleFolder(imported.path) === folder ||
        rule.from.some((from) => isWithin(imported.path, from))
      );
  }
}

function violationsOf(file: string, imports: readonly Import[]): readonly string[] {
  const folder = ruleFolder(file);
  const rule = folder === undefined ? undefined : importRules[folder];
  if (folder === undefined || rule === undefined) return [`${file} is in no folder with a rule`];
  return imports
    .filter((imported) => !allows(rule, folder, imported))
    .map(
      (imported) =>
        `${file} must not import ${imported.kind === 'file' ? imported.path : imported.name} (rule of ${folder})`,
    );
}

describe('who may import whom', () => {
  const sources = sourcesBelow(['shared', 'electron', 'renderer']);

  it('finds the sources', () => {
    expect(sources).toContain('electron/core/core.ts');
    expect(sources).toContain('shared/contract/contract.ts');
  });

  it('has a rule for every source', () => {
    expect(sources.filter((file) => ruleFolder(file) === undefined)).toEqual([]);
  });

  it.each(Object.keys(importRules))('%s imports only what it may', (folder) => {
    const files = sources.filter((file) => ruleFolder(file) === folder);
    expect(files.flatMap((file) => violationsOf(file, importsOfFile(file)))).toEqual([]);
  });

  it('sees imports that are wrong', () => {
    const wrong: readonly (readonly [string, string])[] = [
      ['electron/study/parse.ts', "import {readFileSync} from 'node:fs';"],
      ['electron/study/parse.ts', "import {run} from '../docker/run';"],
      ['electron/core/open.ts', "import {app} from 'electron';"],
      ['electron/runs/start.ts', "import Docker from 'dockerode';"],
      ['electron/cli/main.ts', "import {d} from '../docker/dockerEngine';"],
      ['renderer/App.tsx', "import {core} from '../electron/core/core';"],
      ['renderer/App.tsx', "import {join} from 'node:path';"],
      ['renderer/ui/Button.tsx', "import type {Job} from '../../shared/job';"],
      ['renderer/state/deskStore.ts', "import {emptyLog} from '../log/logPages';"],
      ['renderer/plan/PlanJobs.tsx', "import {Inspector} from '../inspector/Inspector';"],
      ['renderer/actions/ActionList.tsx', "import {Frame} from '../frame/Frame';"],
      ['renderer/table/columns.ts', "import {runSchedule} from '../timeline/runSchedule';"],
      ['renderer/graph/layoutGraph.ts', "import {useMemo} from 'react';"],
      ['shared/plan.ts', "import * as z from 'zod';"],
      ['shared/plan.ts', "export * from '../electron/core/core';"],
      ['electron/preload/preload.ts', "const x = await import('../core/core');"],
      ['electron/new/thing.ts', ''],
    ];
    for (const [file, text] of wrong)
      expect(violationsOf(file, importsOf(file, text)), `${file}: ${text}`).toHaveLength(1);
  });
});
