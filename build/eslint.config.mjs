import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const typed = [
  'shared/**/*.ts',
  'electron/**/*.ts',
  'renderer/**/*.{ts,tsx}',
  'tests/**/*.{ts,tsx}',
];

/** Files with a longer function than the rule allows, to be taken apart; the list only shrinks. */
const stillLong = [
  'electron/app/createDesktop.ts',
  'electron/app/startDesk.ts',
  'electron/ipc/studySessions.ts',
];

const message = 'Node 18.15 has none.';
const notInNode18 = [
  {object: 'AbortSignal', property: 'any', message},
  {object: 'Promise', property: 'withResolvers', message},
  {object: 'URL', property: 'canParse', message},
];

export default tseslint.config(
  {ignores: ['**/node_modules/', '**/dist/', 'release/', 'tests/fixtures/']},
  {files: ['build/**/*.mjs'], extends: [tseslint.configs.recommended]},
  {
    files: typed,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: new URL('..', import.meta.url).pathname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {considerDefaultExhaustiveForUnions: true},
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        {argsIgnorePattern: '^_', varsIgnorePattern: '^_'},
      ],
      '@typescript-eslint/require-await': 'off',
      // Electron 25 runs the host on Node 18.15
      'no-restricted-properties': ['error', ...notInNode18],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "ImportDeclaration[source.value='zod'] > :matches(ImportSpecifier[imported.name='z'], ImportDefaultSpecifier)",
          message: "`import * as z`: else all of zod's languages come with it.",
        },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}', 'tests/renderer/**/*.{ts,tsx}'],
    plugins: {'react-hooks': reactHooks},
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
    },
  },
  {files: ['tests/**/*.{ts,tsx}', 'electron/cli/**/*.ts'], rules: {'no-console': 'off'}},
  {
    files: ['electron/**/*.ts'],
    // of what a recursive readdir gives, which is no more in it
    rules: {
      'no-restricted-properties': ['error', ...notInNode18, {property: 'parentPath', message}],
    },
  },
  {
    files: ['shared/**/*.ts', 'electron/**/*.ts', 'renderer/**/*.{ts,tsx}'],
    ignores: stillLong,
    rules: {'max-lines-per-function': ['error', {max: 120, IIFEs: true}]},
  },
);
