import {readFileSync, readdirSync} from 'node:fs';
import {isBuiltin} from 'node:module';
import {join, posix, relative, sep} from 'node:path';
import {fileURLToPath} from 'node:url';
import ts from 'typescript';

/** The checkout's top folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Something a file imports: a path in the project without ending, a package's name, or one of Node's modules. */
export type Import =
  | {readonly kind: 'file'; readonly path: string}
  | {readonly kind: 'package'; readonly name: string}
  | {readonly kind: 'node'; readonly name: string};

/** TypeScript sources below these folders, relative to the top, with `/`. */
export const sourcesBelow = (folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')),
  );

/** What a source text imports, types and dynamic imports too. `file` is its path relative to the top. */
export const importsOf = (file: string, text: string): readonly Import[] =>
  ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({fileName}) => describeImport(file, fileName));

/** What a file of the project imports. */
export const importsOfFile = (file: string): readonly Import[] =>
  importsOf(file, readFileSync(join(root, file), 'utf8'));

function describeImport(file: string, name: string): Import {
  if (name.startsWith('.')) {
    const bare = name.replace(/[?#].*$/, '').replace(/\.(ts|tsx|mts|js|mjs)$/, '');
    return {kind: 'file', path: posix.join(posix.dirname(file), bare)};
  }
  if (isBuiltin(name)) return {kind: 'node', name};
  const [scope = '', second] = name.split('/');
  return {
    kind: 'package',
    name: scope.startsWith('@') && second !== undefined ? `${scope}/${second}` : scope,
  };
}
