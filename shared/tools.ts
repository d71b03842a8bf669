/** Programs that are launched on a study, beside any run. */
export type ToolName = 'jupyter' | 'rstudio';

/** A tool that runs on a study; whoever launched it, and since whenever, the engine knows it. */
export interface RunningTool {
  /** The engine's id of its container. */
  readonly id: string;
  readonly tool: ToolName;
  /** Name of its container. */
  readonly name: string;
  readonly image: string;
  /** Where it answers, on this computer alone, without the token that JupyterLab asks for. */
  readonly address: string;
  readonly startedAt: string;
}

/** How a launch ended. */
export interface LaunchedTool {
  readonly tool: RunningTool;
  /** It ran already and was left alone. */
  readonly wasRunning: boolean;
  /** It has not answered yet: it may need longer. */
  readonly answers: boolean;
}

/** What people call the tools. */
export const TOOL_TITLES: Readonly<Record<ToolName, string>> = {
  jupyter: 'JupyterLab',
  rstudio: 'RStudio',
};

/** Who can get in, of each tool. */
export const TOOL_ACCESS: Readonly<Record<ToolName, string>> = {
  jupyter: 'Protected by a token, filled in for you.',
  rstudio: 'RStudio has no password: anyone logged in to this computer can use it while it runs.',
};

/** How work in a tool differs from a run. */
export const TOOL_DIFFERENCES: readonly string[] = [
  'It works in the study folder itself and can change its files; a job gets a copy.',
  'It sees every file of the study, including all outputs; a job sees the code and the outputs of its needs.',
  'It has network access and no memory or processor limits; a job has limits and no network.',
];
