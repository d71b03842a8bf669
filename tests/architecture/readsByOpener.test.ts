import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import ts from 'typescript';
import {expect, it} from 'vitest';
import {root, sourcesBelow} from './importsOf';

/** The one file that reads by Node's own functions, so that no other can be held up by a pipe or filled by a device. */
const OPENER = 'electron/files/openFile.ts';

/** Functions of Node's that open a file by its path and read it. */
const READING =
  /^(readFile|readFileSync|createReadStream|openAsBlob|copyFile|copyFileSync|cp|cpSync|open|openSync)$/;

/** Ways to open a file that only ever make a new one, which is never a pipe. */
const MAKING = ['wx', 'wx+', 'ax'];

/** Who reads by Node's own functions all the same, and why nothing of a study can be in its way there. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'electron/app/appProtocol.ts':
    'the window itself, part of the application and maybe in its archive',
  'electron/app/paths.ts': 'the version, part of the application and maybe in its archive',
  'electron/cli/cli.ts': 'the version, part of the application',
  'electron/sample/copySample.ts': 'the sample study, part of the application',
  'electron/docker/resourceWatch.ts': 'control groups: files of the kernel, read each second',
  'electron/doctor/lookAtComputer.ts': 'files of the kernel in /proc',
  'electron/process/jobProcesses.ts': 'files of the kernel in /proc and control groups',
  'electron/files/syncToDisk.ts': 'folders, and files that were just written',
  'electron/files/writeAtomically.ts': 'its caller says how a file to be written is opened',
  'electron/provenance/successLedger.ts': 'opens its records to add to them, without waiting',
  'electron/runs/placeOutputs.ts': 'writes its note of a swap, with the lock of the study in hand',
};

/** Whether a word is the name of a property, parameter or the like, and no use of what was imported under it. */
function isName(node: ts.Identifier): boolean {
  const {parent} = node;
  return !ts.isShorthandPropertyAssignment(parent) && 'name' in parent && parent.name === node;
}

/** What a source reads by Node's own functions, by their names. */
function rawReads(text: string): readonly string[] {
  // most files name no such module, and to parse them all takes seconds
  if (!/['"](node:)?fs(\/promises)?['"]/.test(text)) return [];
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const imported = new Map<string, string>();
  const whole = new Set<string>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier))
      continue;
    if (!/^(node:)?fs(\/promises)?$/.test(statement.moduleSpecifier.text)) continue;
    const {name, namedBindings} = statement.importClause ?? {};
    if (name !== undefined) whole.add(name.text);
    if (namedBindings === undefined) continue;
    if (ts.isNamespaceImport(namedBindings)) whole.add(namedBindings.name.text);
    else
      for (const each of namedBindings.elements)
        imported.set(each.name.text, (each.propertyName ?? each.name).text);
  }
  const found: string[] = [];
  const isMaking = (node: ts.Node): boolean => {
    const {parent} = node;
    if (!ts.isCallExpression(parent) || parent.expression !== node) return false;
    const flags = parent.arguments[1];
    return flags !== undefined && ts.isStringLiteral(flags) && MAKING.includes(flags.text);
  };
  const look = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node) && !isName(node)) {
      const name = imported.get(node.text) ?? '';
      if (READING.test(name) && !isMaking(node)) found.push(name);
    }
    // of the whole module, also as fs.promises
    if (ts.isPropertyAccessExpression(node) && READING.test(node.name.text)) {
      const base = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.expression
        : node.expression;
      if (ts.isIdentifier(base) && whole.has(base.text) && !isMaking(node))
        found.push(node.name.text);
    }
    // handed on as a whole, to a library say
    if (ts.isShorthandPropertyAssignment(node) && whole.has(node.name.text))
      found.push(node.name.text);
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

const sources = sourcesBelow(['electron']).filter((file) => file !== OPENER);
const readsOf = (file: string): readonly string[] =>
  rawReads(readFileSync(join(root, file), 'utf8'));

it('reads every file by the one opener, but for what the list names', () => {
  const wrong = sources.filter((file) => !(file in EXCEPTIONS) && readsOf(file).length > 0);
  expect(wrong.map((file) => `${file}: ${readsOf(file).join(', ')}; use ${OPENER}`)).toEqual([]);
});

it('lists nothing that needs no exception', () => {
  expect(Object.keys(EXCEPTIONS).filter((file) => readsOf(file).length === 0)).toEqual([]);
});

it('sees every way to read past it', () => {
  const wrong = [
    "import {readFile} from 'node:fs/promises'; void readFile('a');",
    "import {readFile as read} from 'fs/promises'; void read('a');",
    "import {createReadStream} from 'node:fs'; createReadStream('a');",
    "import fs from 'node:fs'; fs.readFileSync('a');",
    "import * as fs from 'node:fs'; void fs.promises.readFile('a');",
    "import fs from 'node:fs'; git.readBlob({fs, gitdir});",
    "import {open} from 'node:fs/promises'; void open('a');",
    "import {open} from 'node:fs/promises'; void open('a', 'r');",
    "import {open} from 'node:fs/promises'; void open('a', 'a');",
    "import {copyFile} from 'node:fs/promises'; void [].map(copyFile);",
  ];
  expect(wrong.filter((text) => rawReads(text).length !== 1)).toEqual([]);
  const right =
    "import {open} from 'node:fs/promises'; void open('a', 'wx'); void file.readFile();";
  expect(rawReads(right)).toEqual([]);
});
