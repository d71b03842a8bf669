import {exportSentence, type ExportRequest} from '../../../shared/export';
import {formatList, formatPlural} from '../../../shared/format';
import {ok} from '../../../shared/result';
import {RUN_ALL} from '../../planner/planRun';
import {type CommandContext, withStudy} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {selectExisting} from '../selectActions';

/** What `export snakemake` is asked for beside actions. */
export type ExportOptions = Omit<ExportRequest, 'actions'>;

/** `export snakemake`: a folder in which Snakemake runs actions of the study. */
export function exportCommand(
  context: CommandContext,
  args: readonly string[],
  options: ExportOptions,
): Promise<ExitCode> {
  const {console} = context;
  return withStudy(context, async (study) => {
    const actions = await selectExisting(study, args.length === 0 ? [RUN_ALL] : args);
    if (!actions.ok) return actions;
    const exported = await study.plan.export({actions: actions.value, ...options});
    if (!exported.ok) return exported;
    const {images, needsStataLicence, dummyData, notTried} = exported.value;
    console.json({...exported.value, runtime: options.runtime, profile: options.profile});
    console.print(exportSentence(exported.value));
    const byId = images.filter(({by}) => by === 'id').map(({image}) => image);
    if (byId.length > 0)
      console.print(
        `Known by ID, as they have no digest: ${formatList(byId)}. They can’t be pulled there.`,
      );
    if (dummyData.length > 0)
      console.print(`${formatPlural(dummyData.length, 'database action')} will use dummy data.`);
    if (needsStataLicence)
      console.print('Set STATA_LICENSE to a Stata licence where they run: none is exported.');
    for (const sentence of notTried) console.print(sentence);
    return ok(EXIT.done);
  });
}
