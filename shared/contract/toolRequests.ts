import * as z from 'zod';
import type {LaunchedTool, RunningTool} from '../tools';
import {request} from './request';
import {name} from './schemas';

/** JupyterLab and RStudio on the study. No answer holds the token that gets one in. */
export const toolRequests = {
  'tools:running': request({}).answers<readonly RunningTool[]>(),
  /** Launches one, which may have to be downloaded first, and opens it in the user's browser once it answers. */
  'tools:launch': request({tool: z.enum(['jupyter', 'rstudio'])}).answers<LaunchedTool>(),
  /** In the user's browser. */
  'tools:open': request({id: name}).answers<null>(),
  'tools:stop': request({id: name}).answers<null>(),
};
