// Prints all texts that a user may read, by room: `npm run texts [ROOM]`, as in `npm run texts renderer/checks`.
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Attributes that are not read: names, classes and the like. */
const unread =
  /^(className|class|id|key|role|type|name|href|rel|style|d|viewBox|data-.*|aria-(?!label$|description$|valuetext$).*)$/;

const isOneWord = /^[A-Z][a-z]+[.…!?]?$/;
const hasWords = /[A-Za-z]{2}.*\s\S|\S\s+.*[A-Za-z]{2}/s;
const isCode = /^\s*(SELECT|WITH|CREATE|COPY|use strict)\b|=>|var\(--|[{(]\s*$.*;/s;

/** Whether a literal's value is put on screen as it is: `{late ? 'late' : 'in time'}`. */
function isShown(node) {
  let at = node.parent;
  while (ts.isConditionalExpression(at) || ts.isParenthesizedExpression(at)) at = at.parent;
  return ts.isJsxExpression(at) && (ts.isJsxElement(at.parent) || ts.isJsxFragment(at.parent));
}

/** Whether nobody reads what is written here: types, names of modules, faults of the program. */
function isUnread(node) {
  return (
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isTypeNode(node) ||
    (ts.isNewExpression(node) && node.expression.getText() === 'Error') ||
    (ts.isJsxAttribute(node) && unread.test(node.name.getText()))
  );
}

/** The words of a text or an element, `{}` for each value in it; null where it holds none of its own. */
function wordsOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => `{}${span.literal.text}`).join('');
  if (!ts.isJsxElement(node) && !ts.isJsxFragment(node)) return null;
  const texts = node.children.filter(ts.isJsxText).filter(({text}) => /[A-Za-z]/.test(text));
  if (texts.length === 0) return null;
  return node.children.map((child) => (ts.isJsxText(child) ? child.text : '{}')).join('');
}

/** All texts of a source file that a user may read, each with its line. */
export function textsOf(file, source) {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, kind);
  const texts = [];
  const visit = (node) => {
    if (isUnread(node)) return;
    const words = wordsOf(node);
    const text = words?.replace(/\s+/g, ' ').trim() ?? '';
    const isText =
      ts.isJsxElement(node) || ts.isJsxFragment(node)
        ? text !== ''
        : isOneWord.test(text) || (hasWords.test(words ?? '') && !isCode.test(text));
    if (isText || (text !== '' && isShown(node)))
      texts.push({line: tree.getLineAndCharacterOfPosition(node.getStart()).line + 1, text});
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return texts;
}

/** All texts of the program that a user may read: room (a folder), file, line, text. */
export function allTexts() {
  const files = execFileSync('git', ['ls-files', 'electron', 'renderer', 'shared'], {cwd: root});
  return String(files)
    .split('\n')
    .filter((file) => /(?<!\.d)\.tsx?$/.test(file))
    .flatMap((file) => {
      const room = file.startsWith('shared') ? 'shared' : file.split('/').slice(0, 2).join('/');
      return textsOf(file, readFileSync(`${root}/${file}`, 'utf8')).map((text) => ({
        room,
        file,
        ...text,
      }));
    });
}

/** Words that are on no screen: the last column of the glossary in electron/README.md. */
export function wordsNotUsed() {
  const [, glossary = ''] = readFileSync(`${root}/electron/README.md`, 'utf8').split('## Words\n');
  return [...glossary.split('\n## ')[0].matchAll(/^\| [^|]+\| [^|]+\| ([^|]+) \|$/gm)]
    .slice(2)
    .flatMap(([, words]) => words.split(', '))
    .filter((word) => word !== '–');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , wanted = ''] = process.argv;
  let room = '';
  for (const text of allTexts().filter((text) => text.file.startsWith(wanted))) {
    if (text.room !== room) console.log(`\n# ${(room = text.room)}`);
    console.log(`${text.file}:${text.line}  ${text.text}`);
  }
}
