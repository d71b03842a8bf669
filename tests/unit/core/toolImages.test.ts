import {describe, expect, it} from 'vitest';
import {toolImage} from '../../../electron/core/tools/toolImages';
import {readProject} from '../../../electron/study/readProject';

/** The image of a tool on a study whose actions run in these images. */
function imageOf(tool: 'jupyter' | 'rstudio', images: readonly string[], version?: string): string {
  const actions = images.map(
    (image, at) =>
      `  a${at}:\n    run: ${image} x\n    outputs:\n      moderately_sensitive:\n        a: output/${at}.txt\n`,
  );
  const {project} = readProject(`version: '4.0'\nactions:\n${actions.join('')}`);
  return toolImage(tool, project?.actions ?? [], 'registry', version);
}

describe('the image of a tool', () => {
  it.each([
    ['jupyter', ['python:v1'], 'registry/python:v1'],
    ['jupyter', ['python:v1', 'python:v2'], 'registry/python:v2'],
    ['jupyter', ['r:v1'], 'registry/python:v2'],
    ['rstudio', ['r:v1'], 'registry/rstudio:v1'],
    // no RStudio is known for this R, and none for a study without R
    ['rstudio', ['r:v3'], 'registry/rstudio:v2'],
    ['rstudio', ['python:v2'], 'registry/rstudio:v2'],
  ] as const)('%s on a study in %s', (tool, images, expected) => {
    expect(imageOf(tool, images)).toBe(expected);
    expect(imageOf(tool, images, 'v9')).toMatch(/:v9$/u);
  });
});
