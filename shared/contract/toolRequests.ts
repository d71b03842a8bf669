import * as z from 'zod';
import type {LaunchedTool, RunningTool} from '../tools';
import {ofStudy, ofWindow} from './request';
import {name} from './schemas';

/** JupyterLab and RStudio on the study. No answer holds the token that gets one in. */
export const toolRequests = {
  running: ofStudy({}).answers<readonly RunningTool[]>(),
  /** Launches one, which may have to be downloaded first, and opens it in the user's browser once it answers. */
  launch: ofWindow({tool: z.enum(['jupyter', 'rstudio'])}).answers<LaunchedTool>(),
  /** In the user's browser. */
  open: ofWindow({id: name}).answers<null>(),
  stop: ofStudy({id: name}).answers<null>(),
};
