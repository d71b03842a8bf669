// `npm run lint`: types and lint of the whole repository. The linter asks the programs that the type check has just made, so
// that the types of every file are worked out once.
import {ESLint} from 'eslint';
import ts from 'typescript';
import {root} from './ready.mjs';

const overrideConfigFile = 'build/eslint.config.mjs';
const faults = [];

/** Files with a fault, as a warning is one. */
async function lint(files, overrideConfig) {
  const eslint = new ESLint({cwd: root, overrideConfigFile, overrideConfig, warnIgnored: false});
  const results = (await eslint.lintFiles(files)).filter(({messages}) => messages.length > 0);
  const formatter = await eslint.loadFormatter('stylish');
  if (results.length > 0) faults.push(await formatter.format(results));
}

process.chdir(root);
const host = ts.createSolutionBuilderHost(ts.sys, undefined, (diagnostic) =>
  faults.push(ts.formatDiagnostic(diagnostic, ts.createCompilerHost({}))),
);
const builder = ts.createSolutionBuilder(host, ['tsconfig.json'], {force: true});
for (
  let next = builder.getNextInvalidatedProject();
  next;
  next = builder.getNextInvalidatedProject()
) {
  const program = next.getProgram?.();
  next.done();
  const files = program?.getRootFileNames() ?? [];
  const parserOptions = {projectService: false, programs: [program]};
  if (files.length > 0)
    await lint(files, {files: ['**/*.{ts,tsx}'], languageOptions: {parserOptions}});
}
await lint(['build/**/*.mjs']);
console.log(faults.join('\n'));
process.exit(faults.length > 0 ? 1 : 0);
