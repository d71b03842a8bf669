import {Square} from 'lucide-react';
import {useCallback, useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {formatWhen} from '../../shared/format';
import {
  TOOL_ACCESS,
  TOOL_DIFFERENCES,
  TOOL_TITLES,
  type RunningTool,
  type ToolName,
} from '../../shared/tools';
import {visibleText} from '../../shared/visibleText';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {Card, CardButtons, CardHead, Cards} from '../ui/Cards';
import {Dialog} from '../ui/Dialog';
import {Dot} from '../ui/Dot';
import {Callout, Progress, Section} from '../ui/Section';
import styles from './Tools.module.css';

const TOOLS: readonly ToolName[] = ['jupyter', 'rstudio'];

/** JupyterLab and RStudio on the study: launched, listed, stopped. */
export function ToolsDialog({onClose}: {readonly onClose: () => void}) {
  const shown = useTools();
  const {error, running} = shown;
  return (
    <Dialog title="JupyterLab and RStudio" width="wide" onClose={onClose}>
      <div className={styles.page}>
        <ErrorCallout error={error} />
        <p className={styles.dim}>
          They open in your browser, are reachable only from this computer, and keep running until
          you stop them.
        </p>
        {running === null && error === null ? (
          <p role="status">Asking the engine…</p>
        ) : (
          <Cards>
            {TOOLS.map((tool) => (
              <Tool
                key={tool}
                tool={tool}
                running={(running ?? []).filter((each) => each.tool === tool)}
                shown={shown}
              />
            ))}
          </Cards>
        )}
        <Section label="How this differs from a run">
          <ul className={styles.differences}>
            {TOOL_DIFFERENCES.map((difference) => (
              <li key={difference}>{difference}</li>
            ))}
          </ul>
        </Section>
      </div>
    </Dialog>
  );
}

function Tool(props: {
  readonly tool: ToolName;
  readonly running: readonly RunningTool[];
  readonly shown: ShownTools;
}) {
  const {tool, running, shown} = props;
  const title = TOOL_TITLES[tool];
  const isStarting = shown.starting.has(tool);
  return (
    <Card label={title}>
      <CardHead>
        <Dot tone={running.length > 0 ? 'ok' : 'plain'} />
        <strong>{title}</strong>
        {running.length === 0 && !isStarting && <span className={styles.dim}>stopped</span>}
      </CardHead>
      <p className={styles.dim}>{TOOL_ACCESS[tool]}</p>
      {running.map((each) => (
        <Running key={each.id} tool={each} shown={shown} />
      ))}
      {shown.silent === tool && (
        <Callout tone="stale" live>
          Not ready yet. Try opening it in a moment.
        </Callout>
      )}
      {isStarting && <Starting title={title} />}
      {running.length === 0 && (
        <CardButtons>
          <Button disabled={isStarting} onClick={() => shown.launch(tool)}>
            Launch {title}
          </Button>
        </CardButtons>
      )}
    </Card>
  );
}

function Starting({title}: {readonly title: string}) {
  const pull = useDeskState((state) => state.imagePulls.find((each) => each.state === 'under-way'));
  if (pull === undefined) return <p role="status">Starting {title}…</p>;
  const {downloadedBytes, totalBytes} = pull.progress;
  return (
    <>
      <p role="status">Downloading its image first.</p>
      <Progress label="Download of its image" done={downloadedBytes} total={totalBytes} />
    </>
  );
}

function Running({tool, shown}: {readonly tool: RunningTool; readonly shown: ShownTools}) {
  const now = useNow(60_000);
  const title = TOOL_TITLES[tool.tool];
  return (
    <>
      <p className={styles.dim}>
        <code>{visibleText(tool.address)}</code>, {visibleText(tool.image)}, started{' '}
        {formatWhen(tool.startedAt, now)}
      </p>
      <CardButtons>
        <Button onClick={() => shown.open(tool)}>Open {title}</Button>
        <Button icon={<Square size={12} />} onClick={() => shown.stop(tool)}>
          Stop {title}
        </Button>
      </CardButtons>
    </>
  );
}

/** How often it is asked what runs, in milliseconds: tools are launched and ended elsewhere too. */
const LOOK_MS = 3000;

/** What is shown, and what can be done. */
type ShownTools = ReturnType<typeof useTools>;

/** Follows the tools of the window's study. */
function useTools() {
  const {host} = useDesk();
  const [running, setRunning] = useState<readonly RunningTool[] | null>(null);
  /** Those that are being launched. */
  const [starting, setStarting] = useState<ReadonlySet<ToolName>>(new Set());
  const [error, setError] = useState<AppError | null>(null);
  /** The tool whose launch ended without an answer from it. */
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
    launch: (tool: ToolName) => void launch(tool),
    open: (tool: RunningTool) => void open(tool),
    stop: (tool: RunningTool) => void stop(tool),
  };
}
