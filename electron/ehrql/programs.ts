import {shellJoin} from '../study/tokenise';

/** What is run in an image, as the arguments of its shell. */
export interface EhrqlProgram {
  readonly script: string;
  readonly args: readonly string[];
}

/** What every program is given. */
export interface ProgramInput {
  /** The image's entrypoint; empty for one without. */
  readonly entrypoint: readonly string[];
  /** Relative to the study. */
  readonly file: string;
  /** Of the definition. */
  readonly args: readonly string[];
  /** A word that begins what the program itself reports: nobody else knows it. */
  readonly mark: string;
}

/** Where dummy tables are made in a container, which they go with. */
const MADE = '/tmp/study-desk-tables';
/** Where Python finds what it is to report of a definition at work; also where ehrQL lets that write nothing. */
const WATCH = '/tmp/study-desk-watch';
/** Begins what it reports, on the standard error, which alone comes through there. A definition that prints the same deceives itself. */
const READ = 'study-desk-read ';

/**
 * All ends once nobody holds the standard input any more: a Study Desk that was killed leaves nothing running. Processes that a
 * definition leaves behind are ended: ehrQL would wait for them, as they hold what it reads.
 */
const begin = ({entrypoint}: ProgramInput): string => `
ehrql_() { ${entrypoint.length === 0 ? 'ehrql' : shellJoin(entrypoint)} "$@"; }
mark=$1; file=$2; tables=$3; shift 3
exec 3<&0 </dev/null
{ cat <&3 >/dev/null; kill -9 -1; } 2>/dev/null &
exec 3<&-
touch /tmp/study-desk-began
leave_() {
  for each in $(grep -l '^PPid:[[:space:]]*1$' /proc/[0-9]*/status); do
    id=\${each#/proc/}; id=\${id%/status}
    [ "$id" = $$ ] || grep -q '^State:[[:space:]]*Z' "$each" || { kill -9 "$id" && touch /tmp/study-desk-left; }
  done
}
{ while sleep 0.5; do leave_; done; } >/dev/null 2>&1 &
`;

/** Reports what the definition did besides: files that it wrote, which go with the container, and processes that it left. */
const REPORT = `
report_() {
  leave_ 2>/dev/null
  [ ! -e /tmp/study-desk-left ] || printf '%s left\\n' "$mark"
  find . / -xdev -type f -newer /tmp/study-desk-began \\
    ! -path '*/__pycache__/*' ! -path '/tmp/study-desk-*' ! -path "$PWD/*" 2>/dev/null | head -n 5 |
    while IFS= read -r path; do printf '%s wrote %s\\n' "$mark" "\${path#./}"; done
}
trap report_ EXIT
mkdir -p ${WATCH} && printf '%s' "$READS" >${WATCH}/sitecustomize.py
export PYTHONPATH="${WATCH}\${PYTHONPATH:+:$PYTHONPATH}"
`;

const argsOf = ({mark, file, args}: ProgramInput, tables = ''): readonly string[] => [
  mark,
  // a name that begins like an option
  file.startsWith('-') ? `./${file}` : file,
  tables,
  ...args,
];

/**
 * Tries a definition on dummy tables, made first where none are given: alone, `debug` fails then with a message about
 * something else. What it shows is on its standard error.
 */
export function tryProgram(input: ProgramInput, tables: string | null): EhrqlProgram {
  return {
    script: `${begin(input)}${REPORT}
if [ -z "$tables" ]; then
  tables=${MADE}
  ehrql_ create-dummy-tables "$file" "$tables" -- "$@" >/tmp/study-desk-made 2>&1 || {
    code=$?; cat /tmp/study-desk-made >&2; exit $code; }
  patients=$(for each in "$tables"/*; do tail -n +2 "$each"; done | cut -d, -f1 | sort -u | wc -l)
  printf '%s generated %s\\n' "$mark" "$patients"
fi
ehrql_ debug "$file" --display-format html --dummy-tables "$tables" -- "$@"`,
    args: argsOf(input, tables ?? ''),
  };
}

/** Makes dummy tables, and prints each. */
export function tablesProgram(input: ProgramInput): EhrqlProgram {
  return {
    script: `${begin(input)}
ehrql_ create-dummy-tables "$file" ${MADE} -- "$@" >&2 || exit $?
for each in ${MADE}/*; do printf '\\n%s table %s\\n' "$mark" "\${each##*/}"; cat "$each"; done`,
    args: argsOf(input),
  };
}

/**
 * Loads a definition: what `serialize-definition` prints, then what ehrQL itself says of it that this leaves out, such as
 * the types of columns.
 */
export function lookProgram(input: ProgramInput): EhrqlProgram {
  return {
    script: `${begin(input)}
ehrql_ serialize-definition "$file" -- "$@" >/tmp/study-desk-definition || exit $?
printf '%s definition\\n' "$mark"; cat /tmp/study-desk-definition; printf '\\n'
python=$(command -v python3 || command -v python) || exit 0
printf '%s facts\\n' "$mark"; "$python" -c "$FACTS" "$file" </tmp/study-desk-definition 2>/dev/null || true`,
    args: argsOf(input),
  };
}

/** Runs assurance tests, and beside them finds out which patients there are, and on which lines of the file. */
export function assureProgram(input: ProgramInput): EhrqlProgram {
  return {
    script: `${begin(input)}
ehrql_ serialize-definition "$file" -- "$@" >/tmp/study-desk-definition 2>/dev/null &
loading=$!
ehrql_ assure "$file" -- "$@" >/tmp/study-desk-assured 2>&1
code=$?
wait $loading
cat /tmp/study-desk-assured
printf '\\n%s definition\\n' "$mark"; cat /tmp/study-desk-definition; printf '\\n'
python=$(command -v python3 || command -v python) || exit $code
printf '%s lines\\n' "$mark"; "$python" -c "$LINES" "$file" 2>/dev/null
exit $code`,
    args: argsOf(input),
  };
}

/** Runs the tests of a file that is not in the study yet: its text is written into the copy. */
export function newTestProgram(input: ProgramInput, text: string): EhrqlProgram {
  return {
    script: `${begin(input)}
printf '%s' "$tables" >"$file" || exit $?
ehrql_ assure "$file" -- "$@" 2>&1`,
    args: argsOf(input, text),
  };
}

/** Python for the image: asks ehrQL for the types of columns and for the permissions that a definition needs, and where names are first used. */
const FACTS = `
import sys
# what the study calls like a module of Python's is none
sys.path[:] = [path for path in sys.path if path]
import ast, json, pathlib
from ehrql.serializer import deserialize
def root(node, names):
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    name = getattr(node, "id", None)
    return names.get(name, name)
def uses(file):
    lines, names = {}, {}
    with open(file, "rb") as opened:
        tree = ast.parse(opened.read())
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] = root(node.value, names)
    def use(name, line):
        lines[name] = min(line, lines.get(name, line))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            use(node.id, node.lineno)
        elif isinstance(node, ast.Attribute):
            use(node.attr, node.end_lineno)
            use(f"{root(node, names)}.{node.attr}", node.end_lineno)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_column" and node.args:
            use(getattr(node.args[0], "value", None), node.args[0].lineno)
    return [[name, line] for name, line in lines.items() if isinstance(name, str)]
found = {"uses": uses(sys.argv[1])}
details = deserialize(sys.stdin.read(), root_dir=pathlib.Path.cwd())
def types(specs):
    return [[name, spec.type.__name__] for name, spec in specs.items()]
def schemas(value):
    from ehrql.query_model.column_specs import get_column_specs_from_schema
    from ehrql.query_model.introspection import get_table_nodes
    def columns(schema):
        specs = list(get_column_specs_from_schema(schema).items())[1:]
        return [[n, s.type.__name__, s.categories and [str(c) for c in s.categories]] for n, s in specs]
    tables = {t.name: [t.name, "Patient" in type(t).__name__, columns(t.schema)] for t in get_table_nodes(value)}
    return [tables[name] for name in sorted(tables)]
def usable(value):
    return value is not None and not isinstance(value, Exception)
for kind in ("dataset", "measures"):
    value = getattr(details, kind)
    if not usable(value):
        continue
    found[kind] = {}
    try:
        if kind == "dataset":
            from ehrql.query_model.column_specs import get_table_specs
            found[kind]["tables"] = [[n, types(s)] for n, s in get_table_specs(value).items()]
        else:
            from ehrql.measures import get_column_specs_for_measures
            found[kind]["tables"] = [["measures", types(get_column_specs_for_measures(value))]]
    except Exception:
        pass
    try:
        from ehrql.permissions import get_required_permissions
        found[kind]["permissions"] = list(get_required_permissions(value).items())
    except Exception:
        pass
    try:
        found[kind]["schemas"] = schemas(value)
    except Exception:
        pass
print(json.dumps(found))
`;

/** Python for the image: on which line a test file has each key of its test data. */
const LINES = `
import sys
sys.path[:] = [path for path in sys.path if path]
import ast, json
lines = []
def walk(node, path):
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values):
            try:
                name = ast.literal_eval(key)
            except Exception:
                continue
            lines.append([[*path, name], key.lineno])
            walk(value, [*path, name])
    elif isinstance(node, (ast.List, ast.Tuple)):
        for value in node.elts:
            walk(value, path)
with open(sys.argv[1], "rb") as file:
    tree = ast.parse(file.read())
for node in tree.body:
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    if any(isinstance(each, ast.Name) and each.id == "test_data" for each in targets):
        walk(node.value, [])
print(json.dumps(lines))
`;

/** Python for the image: reports which files outside the study its code opens, imports aside, and which programs it runs. */
const READS = `
import atexit, os, sys
home, found = os.getcwd() + "/", {}
def watch(event, args):
    if event == "open":
        path = args[0]
        if args[2] & os.O_WRONLY or not isinstance(path, (str, bytes)):
            return
        what = os.path.abspath(os.fsdecode(path))
        if what.startswith((home, "/tmp/study-desk-")) or not os.path.isfile(what):
            return
    elif event in ("subprocess.Popen", "os.system"):
        what = "program " + os.fsdecode(args[0])
    else:
        return
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib"):
            return
        if name[:1] != "<" and os.path.join(home, name).startswith(home):
            found[what.replace("\\n", " ")] = True
            return
        frame = frame.f_back
def report():
    for what in list(found)[:5]:
        print(f"\\n${READ}{what[:200]}", file=sys.stderr)
sys.addaudithook(watch)
atexit.register(report)
`;

/** The programs in Python that those above find in their environment. */
export const PYTHON_PROGRAMS: Readonly<Record<string, string>> = {FACTS, LINES, READS};

/** What a program reported of itself: each part by its name, with the text up to the next; '' is what came before any. */
export function partsOf(printed: string, mark: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  const [before = '', ...marked] = `\n${printed}`.split(`\n${mark} `);
  parts.set('', before.slice(1));
  for (const part of marked) {
    const end = part.indexOf('\n');
    const name = end < 0 ? part : part.slice(0, end);
    parts.set(name, end < 0 ? '' : part.slice(end + 1));
  }
  return parts;
}

/** What a definition was seen to open or run outside the study, and what else it printed on the standard error. */
export function readsIn(stderr: string): {
  readonly reads: readonly string[];
  readonly rest: string;
} {
  const reads = new Set<string>();
  const rest = stderr.replaceAll(new RegExp(`\\n?^${READ}(.*)\\n?`, 'gm'), (_, what: string) => {
    reads.add(what);
    return '';
  });
  return {reads: [...reads], rest};
}
