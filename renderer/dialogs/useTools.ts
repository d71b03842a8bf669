import {useCallback, useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {RunningTool, ToolName} from '../../shared/tools';
import {useDesk} from '../state/deskStore';

/** Tools as they run now, and what can be done with them. */
export interface ShownTools {
  /** Null until the engine has told. */
  readonly running: readonly RunningTool[] | null;
  /** Those that are being launched. */
  readonly starting: ReadonlySet<ToolName>;
  readonly error: AppError | null;
  /** The tool whose launch ended without an answer from it. */
  readonly silent: ToolName | null;
  readonly launch: (tool: ToolName) => void;
  readonly open: (tool: RunningTool) => void;
  readonly stop: (tool: RunningTool) => void;
}

/** How often it is asked what runs, in milliseconds: tools are launched and ended elsewhere too. */
const LOOK_MS = 3000;

/** Follows the tools of the window's study. */
export function useTools(): ShownTools {
  const {host} = useDesk();
  const [running, setRunning] = useState<readonly RunningTool[] | null>(null);
  const [starting, setStarting] = useState<ReadonlySet<ToolName>>(new Set());
  const [error, setError] = useState<AppError | null>(null);
  const [silent, setSilent] = useState<ToolName | null>(null);

  const look = useCallback(async () => {
    const answer = await host.request('tools:running', {});
    if (answer.ok) setRunning(answer.value);
    else setError(answer.error);
  }, [host]);
  useEffect(() => {
    void look();
    const timer = window.setInterval(() => void look(), LOOK_MS);
    return () => window.clearInterval(timer);
  }, [look]);

  const launch = async (tool: ToolName): Promise<void> => {
    setError(null);
    setSilent(null);
    setStarting((now) => new Set([...now, tool]));
    const answer = await host.request('tools:launch', {tool});
    setStarting((now) => new Set([...now].filter((each) => each !== tool)));
    if (!answer.ok) setError(answer.error);
    else if (!answer.value.answers) setSilent(tool);
    await look();
  };
  const open = async ({id}: RunningTool): Promise<void> => {
    setError(null);
    const answer = await host.request('tools:open', {id});
    if (!answer.ok) setError(answer.error);
  };
  const stop = async ({id}: RunningTool): Promise<void> => {
    setError(null);
    const answer = await host.request('tools:stop', {id});
    if (!answer.ok) setError(answer.error);
    await look();
  };
  return {
    ...{running, starting, error, silent},
    launch: (tool) => void launch(tool),
    open: (tool) => void open(tool),
    stop: (tool) => void stop(tool),
  };
}
