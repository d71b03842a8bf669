import {readFile} from 'node:fs/promises';
import {expect, it} from 'vitest';
import {parse} from 'yaml';

it('packages are right by construction', async () => {
  const text = await readFile('build/electron-builder.yml', 'utf8');
  expect(parse(text)).toMatchObject({
    // the older runtime needs libfuse2, and writes --no-sandbox into the desktop entry
    toolsets: {appimage: '1.0.3'},
    electronFuses: {
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: true,
    },
    // an update finds a file of the same name
    linux: {artifactName: '${name}-${arch}.${ext}'},
    mac: {hardenedRuntime: true, entitlements: 'build/entitlements.mac.plist'},
    win: {
      verifyUpdateCodeSignature: true,
      signtoolOptions: {publisherName: 'The Study Desk authors'},
    },
    publish: {provider: 'generic'},
  });
  const entitlements = await readFile('build/entitlements.mac.plist', 'utf8');
  expect(entitlements.match(/<key>.*<\/key>/g)).toEqual([
    '<key>com.apple.security.cs.allow-jit</key>',
  ]);
  const workflow = await readFile('.github/workflows/packages.yml', 'utf8');
  expect(workflow).toMatch(/^# UNTRIED/);
  expect(parse(workflow)).toHaveProperty('jobs.package.steps');
  const made = await readFile('build/linuxPackages.mjs', 'utf8');
  expect(made + workflow).not.toContain('--no-sandbox');
});
