import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {needProblems} from '../../electron/failures/needProblems';
import {findNeeds} from '../../electron/provenance/needs';
import {actionEdits} from '../../electron/study/actionEdits';
import {buildGraph} from '../../electron/study/buildGraph';
import {readProject} from '../../electron/study/readProject';
import {writeLargeStudy} from './largeStudy';
import {isSmall, median, sized, type Measurement} from './measurement';

const ROUNDS = sized(5, 1);
const SCRIPT_LINES = 200;

/** The warnings about needs of the largest study, each of whose scripts reads an output that is not needed. */
export async function bench(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'study-desk-needs-'));
  try {
    await writeLargeStudy(dir);
    const text = await readFile(join(dir, 'project.yaml'), 'utf8');
    const {project} = readProject(text);
    if (project === null) throw new Error('The largest study can be read.');
    const graph = buildGraph(project.actions);
    const hidden =
      project.actions.at(isSmall ? -1 : 0)?.outputs[0]?.pattern.replaceAll('*', 'x') ?? '';
    const words = project.actions.flatMap(({run}) => run.argv);
    const scripts = new Set(words.filter((word) => /\.(?:r|py|do)$/i.test(word)));
    const rest = Array.from(
      {length: SCRIPT_LINES},
      (_, line) => `value_${line} <- sum(values[["a${line}"]], na.rm = TRUE) # of line ${line}\n`,
    ).join('');
    const code = `rows <- read_csv("${hidden}")\n${rest}`;
    const sources = {
      codePaths: [...scripts],
      readText: (path: string) => (scripts.has(path) ? code : null),
      recordOf: () => null,
      listed: () => null,
    };
    let warnings = 0;
    const times = Array.from({length: ROUNDS}, () => {
      const startedAt = performance.now();
      const found = findNeeds({project, graph, imageIds: new Map(), successes: new Map()}, sources);
      warnings = needProblems(project, actionEdits(text), found.hidden, found.unused).length;
      return performance.now() - startedAt;
    });
    console.error(
      `${project.actions.length} actions, ${scripts.size} scripts, ${warnings} warnings`,
    );
    if (warnings === 0) throw new Error('Needs were planted, and none was found.');
    return [
      {
        name: `Needs of ${project.actions.length} actions, with their changes of project.yaml`,
        measured: median(times),
        limit: 2000,
        unit: 'ms',
      },
    ];
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}
