import type {Action} from '../../../shared/project';
import type {ToolName} from '../../../shared/tools';
import {currentTag} from '../../study/knownImages';

/** The image of each tool, and the one whose version in a study gives the tool's. */
const TOOL_IMAGES: Readonly<
  Record<ToolName, {readonly image: string; readonly versionOf: string}>
> = {
  jupyter: {image: 'python', versionOf: 'python'},
  rstudio: {image: 'rstudio', versionOf: 'r'},
};

/** The image that a tool is launched in: of the version that the study's actions use, where they agree. Pure. */
export function toolImage(
  tool: ToolName,
  actions: readonly Action[],
  registry: string,
  version?: string,
): string {
  const {image, versionOf} = TOOL_IMAGES[tool];
  const used = new Set(
    actions.flatMap(({run}) => (run.imageName === versionOf ? [run.imageTag] : [])),
  );
  const [only] = used;
  const usual = used.size === 1 && only !== undefined ? only : currentTag(versionOf);
  return `${registry}/${image}:${version ?? usual}`;
}
