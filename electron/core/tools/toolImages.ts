import type {Action} from '../../../shared/project';
import type {ToolName} from '../../../shared/tools';

/** The image of each tool with the versions that are known, the newest first, and the one whose version in a study gives the tool's. */
const TOOL_IMAGES: Readonly<
  Record<
    ToolName,
    {
      readonly image: string;
      readonly versions: readonly [string, ...string[]];
      readonly versionOf: string;
    }
  >
> = {
  jupyter: {image: 'python', versions: ['v2', 'v1'], versionOf: 'python'},
  // of R there is a v3, of RStudio none is known
  rstudio: {image: 'rstudio', versions: ['v2', 'v1'], versionOf: 'r'},
};

/** The image that a tool is launched in: of the version that the study's actions use, where they agree and it is known. Pure. */
export function toolImage(
  tool: ToolName,
  actions: readonly Action[],
  registry: string,
  version?: string,
): string {
  const {image, versions, versionOf} = TOOL_IMAGES[tool];
  const used = new Set(
    actions.flatMap(({run}) => (run.imageName === versionOf ? [run.imageTag] : [])),
  );
  const [only] = used;
  // what the actions run in is there, whatever its version
  const isThere = only !== undefined && (image === versionOf || versions.includes(only));
  return `${registry}/${image}:${version ?? (used.size === 1 && isThere ? only : versions[0])}`;
}
