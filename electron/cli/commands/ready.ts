import {formatCount} from '../../../shared/format';
import {groupBy} from '../../../shared/groupBy';
import {isReady, readyWords, type ReadyFinding} from '../../../shared/ready';
import {err, ok} from '../../../shared/result';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {onInterruption} from '../interruption';
import {selectExisting} from '../selectActions';

/** Findings of one rule that are printed as text; JSON has all. */
const SHOWN = 20;

const TITLES = {error: 'Error', warning: 'Warning', info: 'Information'} as const;

/** `ready [ACTION…]`: what would go wrong on the server. */
export function readyCommand(
  context: CommandContext,
  args: readonly string[],
  {quick}: {readonly quick: boolean},
): Promise<ExitCode> {
  const {console} = context;
  return withStudy(context, async (study) => {
    const isBroken = study.project.snapshot().broken || study.project.snapshot().project === null;
    // which actions there are is not known then, and its problems are the findings
    const selected = args.length === 0 || isBroken ? null : await selectExisting(study, args);
    if (selected !== null && !selected.ok) return selected;
    const stopping = new AbortController();
    const hearNoMore = onInterruption(() => stopping.abort());
    let looked: readonly ReadyFinding[] = [];
    try {
      const checked = await study.ready.check(
        {actions: selected?.value ?? null, quick},
        {
          onLooked: (findings) => {
            looked = findings;
          },
          onJob: ({action, state}) => console.progress(`${action}: ${state}`),
          signal: stopping.signal,
        },
      );
      console.progress(null);
      const findings = checked.ok ? checked.value.findings : looked;
      for (const each of findings) console.json(each);
      print(context, findings);
      if (!checked.ok) return err(checked.error);
      const ready = isReady(findings);
      const also = ready && quick ? ' Without --quick it is also run from the commit.' : '';
      console.print(readyWords(checked.value) + also);
      return ok(ready ? EXIT.done : EXIT.failed);
    } finally {
      hearNoMore();
    }
  });
}

function print({console}: CommandContext, findings: readonly ReadyFinding[]): void {
  for (const group of groupBy(findings, ({rule, severity}) => `${rule} ${severity}`).values()) {
    for (const {rule, severity, message, fix} of group.slice(0, SHOWN)) {
      console.print(`${TITLES[severity]} ${rule}: ${message}`);
      if (fix !== null) console.print(`  ${fix}`);
    }
    if (group.length > SHOWN)
      console.print(`  … and ${formatCount(group.length - SHOWN)} more of ${group[0]?.rule ?? ''}`);
  }
}
