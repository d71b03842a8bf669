/** What the files of a folder may import; files below are under the rule of the nearest folder named here. */
export interface ImportRule {
  /** Folders and single files (without ending) of the project, beside the folder itself. */
  readonly from: readonly string[];
  /** Packages of package.json. */
  readonly packages: readonly string[];
  /** Node's own modules. */
  readonly node: boolean;
}

/** Names for several: what adapters build on (pure code, the port they fill, the study's files), and parts of the screen. */
const TOGETHER: Readonly<Record<string, string>> = {
  '@pure': 'shared electron/study electron/planner',
  '@adapter':
    'shared electron/study electron/planner electron/executor electron/files electron/threads',
  '@screen': 'shared renderer/state renderer/status renderer/ui',
  '@react': 'react lucide-react',
  '@editor': 'commands lang-yaml language legacy-modes lint search state view'.replace(
    /\S+/g,
    '@codemirror/$&',
  ),
};

/** Folder | what it may import of the project | packages | node, where it may use Node's own modules. */
const TABLE = `
shared
shared/contract | shared | zod

electron/study      | shared | yaml
electron/planner    | shared electron/study
electron/disclosure | shared
electron/reports    | shared
electron/executor   | shared
electron/threads    | | | node
electron/network    | | | node
electron/files      | @pure electron/executor | tar-stream zod | node
electron/docker     | @adapter electron/network | dockerode tar-stream zod | node
electron/process    | @adapter | zod | node
electron/git        | @adapter electron/network | isomorphic-git zod | node
electron/outputs    | @adapter | @duckdb/node-api apache-arrow fzstd zod | node
electron/provenance | @adapter | diff zod | node
electron/cache      | @adapter | zod | node
# re2js: what a user types as a regular expression must not be able to take for ever
electron/logs       | @adapter | re2js | node
electron/codelists  | shared electron/files electron/network | zod | node
electron/settings   | shared electron/files | zod | node
electron/doctor     | shared electron/executor | | node
electron/failures   | shared electron/study
electron/ready      | shared electron/study
electron/ehrql      | shared electron/study electron/failures
# sql.js: the reference's own record of jobs is an SQLite file
electron/runs       | @adapter electron/logs | sql.js zod | node
electron/export     | @adapter electron/logs electron/network electron/provenance electron/runs | zod | node
electron/sample     | @adapter | | node
electron/update     | shared electron/files electron/network | builder-util-runtime electron-updater | node

electron/core    | @adapter electron/docker electron/process electron/git electron/outputs electron/disclosure electron/reports electron/provenance electron/cache electron/logs electron/failures electron/ready electron/ehrql electron/codelists electron/runs electron/settings electron/sample electron/doctor electron/export | zod | node
# a job runner needs the parts, and no open study around them
electron/serve   | @adapter electron/core/plan/jobDefinitions electron/docker electron/git electron/logs electron/outputs electron/runs | zod | node
electron/cli     | @pure electron/core electron/codelists electron/serve electron/settings electron/web electron/files/openFile electron/files/studyPath electron/files/writeAtomically | commander diff | node
electron/ipc     | shared electron/core | zod | node
# what of the application around the window knows no Electron is shared; ws: the one protocol that browsers hold open
electron/web     | shared electron/app/appProtocol electron/app/bugLog electron/app/editor electron/app/outputProtocol electron/app/recents electron/app/security electron/core electron/doctor electron/files/openFile electron/files/studyPath electron/ipc electron/settings | ws zod | node
electron/app     | shared electron/core electron/serve electron/doctor electron/ipc electron/settings electron/update electron/files/openFile electron/files/writeAtomically | electron zod | node
electron/preload | shared/contract | electron

# App.tsx, main.tsx and begin.ts put the window together; nothing else imports them
renderer | shared renderer | react react-dom
renderer/bridge | shared

# what the parts of the screen share
renderer/ui       | shared/format shared/groupBy shared/visibleText | react react-dom lucide-react @floating-ui/react-dom
renderer/state    | shared | react zustand
renderer/status   | shared renderer/state renderer/ui | @react
renderer/lists    | shared/visibleText renderer/state renderer/ui | react @tanstack/react-virtual
renderer/errors   | shared renderer/state renderer/ui | @react
renderer/commands | shared renderer/groups renderer/state | react
renderer/groups   | shared renderer/ui | @react

# the parts of the screen
renderer/actions   | @screen renderer/commands renderer/groups renderer/lists | @react
renderer/checks    | @screen renderer/lists | @react
renderer/graph     | @screen renderer/commands renderer/groups renderer/graph/layoutGraph | @react @xyflow/react
# the layout runs in a worker and in plain tests: no React, no page
renderer/graph/layoutGraph | shared | @dagrejs/dagre
renderer/failures  | @screen renderer/errors renderer/project/EditPreview renderer/project/FixDialog | @react
renderer/history   | @screen | @react
renderer/inspector | @screen renderer/commands renderer/errors renderer/failures renderer/groups renderer/inspector/dataset renderer/outputs/Restore | @react
renderer/inspector/dataset | @screen renderer/errors renderer/failures/CauseCard renderer/lists renderer/outputs/viewers renderer/project/DiskNotice renderer/project/EditPreview renderer/project/FileBar | @react
renderer/dialogs   | @screen renderer/commands renderer/errors renderer/dialogs/helpTexts | @react
# the help is made of the texts that stand beside the code
renderer/dialogs/helpTexts | shared/commandTable renderer/commands/keys README.md electron/failures/RULES.md electron/provenance/RULES.md electron/ready/RULES.md electron/runs/RULES.md electron/study/RULES.md electron/update/CHANGES.md
renderer/shell     | @screen renderer/errors | @react @xterm/addon-fit @xterm/xterm
renderer/log       | @screen | @react
renderer/outputs   | @screen renderer/errors renderer/groups renderer/lists | @react @tanstack/react-virtual marked pdfjs-dist
renderer/plan      | @screen renderer/errors renderer/groups renderer/lists renderer/outputs/Restore | @react @tanstack/react-virtual
renderer/problems  | @screen renderer/errors renderer/lists renderer/project/FixDialog | @react
renderer/project   | @screen renderer/commands renderer/errors | @react @editor @lezer/highlight diff
renderer/project/codelists | @screen renderer/errors renderer/lists renderer/outputs/viewers | @react
renderer/query     | @screen | @react
renderer/table     | @screen renderer/commands renderer/groups renderer/lists renderer/outputs/rowCounter | @react @tanstack/react-virtual
renderer/timeline  | @screen renderer/groups renderer/lists | @react @tanstack/react-virtual
# the frame holds them all
renderer/frame     | shared renderer | @react react-resizable-panels
`;

const namesIn = (cell: string): readonly string[] =>
  cell
    .split(' ')
    .flatMap((name) => (TOGETHER[name] ?? name).split(' ').filter((each) => each !== ''));

/** Who may import whom; whatever is not listed here is forbidden. */
export const importRules: Readonly<Record<string, ImportRule>> = Object.fromEntries(
  TABLE.split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [folder = '', from = '', packages = '', node = ''] = line
        .split('|')
        .map((cell) => cell.trim());
      return [folder, {from: namesIn(from), packages: namesIn(packages), node: node === 'node'}];
    }),
);
