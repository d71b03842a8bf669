import type {ExportRequest} from '../../shared/export';

type Runtime = ExportRequest['runtime'];
type Profile = ExportRequest['profile'];

/** What nobody has tried of an export, as sentences. */
export function notTried(runtime: Runtime, profile: Profile): readonly string[] {
  return [
    ...(profile === 'slurm'
      ? ['Slurm was tried with two nodes on one computer, not on a cluster of many.']
      : []),
    ...(runtime === 'podman'
      ? [
          'Podman without root was tried where it can’t hold jobs to their memory (control groups of version 1).',
        ]
      : []),
    ...(runtime === 'apptainer' ? ['Apptainer was not tried.'] : []),
    'Snakemake 8 and 9 were not tried; 7.32.4 was.',
  ];
}

/** How a container is begun, up to what differs between jobs. */
const BEGIN: Readonly<Record<Runtime, string>> = {
  docker:
    'docker run --rm --init --pull never --network none --log-driver none --user {USER} --env HOME=/tmp --env OPENSAFELY_BACKEND=expectations --name "study-desk-${{work##*/}}" --volume "$work/workspace":/workspace',
  podman:
    'podman run --rm --init --pull never --network none --log-driver none {KEEP_ID} --user {USER} --env HOME=/tmp --env OPENSAFELY_BACKEND=expectations --name "study-desk-${{work##*/}}" --volume "$work/workspace":/workspace',
  apptainer:
    'apptainer run --containall --no-home --net --network none --env HOME=/tmp --env OPENSAFELY_BACKEND=expectations --bind "$work/workspace":/workspace --pwd /workspace',
};

/** The words of one job behind that, as Python. */
const JOB_WORDS: Readonly<Record<Runtime, string>> = {
  docker:
    '["--memory", str(job["memory"]), "--cpus", str(job["cpus"])] + [word for name in job["environment"] for word in ("--env", name)] + [job["image"]] + job["args"]',
  podman:
    '["--memory", str(job["memory"]), "--cpus", str(job["cpus"])] + [word for name in job["environment"] for word in ("--env", name)] + [job["image"]] + job["args"]',
  apptainer:
    '[word for name in job["environment"] for word in ("--env", name + "=" + os.environ.get(name, ""))] + [job["sif"]] + job["args"]',
};

/** The workflow: a rule for each group of similar actions. `rules` are names that Python understands, each once. */
export function snakefile(runtime: Runtime, rules: readonly string[]): string {
  return `# Written by Study Desk; README.md says how it is used. What differs between jobs is in plan.jsonl.
import gc
import json
import os
import shlex
import subprocess
import sys
import threading
import time

# of thousands of jobs none goes before the end: looking for such takes a third of Snakemake's time
gc.set_threshold(200000, 50, 100)

workdir: workflow.basedir

# the interpreter that Snakemake itself runs in, wherever that is
STAGE = shlex.quote(sys.executable) + " -I -S -c 'import sys; sys.path.insert(0, \\"\\"); import stage; stage.call()'"
USER = "%d:%d" % (os.getuid(), os.getgid())
# Snakemake reads this file once more for each job that a cluster runs
IS_MAIN = "--mode" not in sys.argv
KEEP_ID = "" if os.getuid() == 0 else "--userns=keep-id"
with open(os.path.join(workflow.basedir, "plan.jsonl"), encoding="utf-8") as plan:
    next(plan)
    JOBS = {job["stem"]: job for job in map(json.loads, plan)}


def needs(wildcards):
    return JOBS[wildcards.action]["needs"]


def container(wildcards):
    job = JOBS[wildcards.action]
    return " ".join(map(shlex.quote, ${JOB_WORDS[runtime]}))


def threads_of(wildcards):
    return JOBS[wildcards.action]["threads"]


# more where the cluster has ended an attempt for it
def memory_of(wildcards, attempt):
    return JOBS[wildcards.action]["megabytes"] * attempt


def minutes_of(wildcards, attempt):
    return JOBS[wildcards.action]["minutes"] * attempt


def attempt_of(wildcards, attempt):
    return attempt


RUN = r"""
work=$({STAGE} begin {wildcards.action:q} {resources.attempt}) || exit $?
[ -n "$work" ] || exit 0
{{ code=0; ${BEGIN[runtime]} {params.container} < /dev/null || code=$?; echo "$code" > "$work/exit"; }} 2>&1 | {STAGE} end {wildcards.action:q} "$work"
"""

localrules: all


rule all:
    input: [job["marker"] for job in JOBS.values()]


${rules.map(ruleText).join('')}
def beat(lock):
    while True:
        time.sleep(5)
        os.utime(lock)


onstart:
    if IS_MAIN:
        left = "".join(job.wildcards.action + "\\n" for job in workflow.persistence.dag.needrun_jobs() if job.rule.name != "all")
        subprocess.run(STAGE + " before %d" % os.getpid(), shell=True, check=True, input=left.encode())
        # other computers know by this that Snakemake lives; of a lock that another one has taken over it beats the old file
        lock = os.open("study/metadata/study-desk/lock.json", os.O_RDONLY)
        threading.Thread(target=beat, args=[lock], daemon=True).start()


onsuccess:
    if IS_MAIN:
        shell(STAGE + " ended")


onerror:
    if IS_MAIN:
        shell(STAGE + " ended")
`;
}

function ruleText(name: string): string {
  return `
rule ${name}:
    input: needs
    output: "done/${name}/{action}.json"
    wildcard_constraints: action="[^/]+"
    params: container=container
    threads: threads_of
    resources: mem_mb=memory_of, runtime=minutes_of, attempt=attempt_of
    shell: RUN

`;
}

/** Settings that hold wherever jobs run. */
const COMMON = `rerun-incomplete: true
rerun-triggers: mtime
scheduler: greedy
`;

/** Where the settings lie. Snakemake finds the default ones by itself, but 7 fails where these name a cluster. */
export function profileFolder(profile: Profile): string {
  return `profiles/${profile === 'local' ? 'default' : profile}`;
}

/** The profile of that name for Snakemake 7. */
export function profileFor7(profile: Profile): string {
  if (profile === 'local') return COMMON;
  return `${COMMON}keep-going: true
jobs: 100
cluster: "mkdir -p logs && sbatch --parsable --no-requeue --job-name={rule} --cpus-per-task={threads} --mem={resources.mem_mb}M --time={resources.runtime} --output=logs/%j.log"
cluster-status: "python3 -I -S stage.py slurm-status"
cluster-cancel: scancel
restart-times: 2
latency-wait: 60
max-jobs-per-second: 20
max-status-checks-per-second: 10
`;
}

/** The same for Snakemake 8 and 9. */
export function profileFor8(profile: Profile): string {
  if (profile === 'local') return COMMON;
  return `${COMMON}keep-going: true
jobs: 100
executor: slurm
retries: 2
latency-wait: 60
`;
}

/** What the README says of one image. */
export interface ImageInReadme {
  readonly name: string;
  readonly reference: string;
  readonly hasDigest: boolean;
}

/** The README of an exported folder. */
export function folderReadme(given: {
  readonly study: string;
  readonly runtime: Runtime;
  readonly profile: Profile;
  readonly actions: number;
  readonly images: readonly ImageInReadme[];
  readonly needsStata: boolean;
  readonly readsDatabase: boolean;
}): string {
  const {study, runtime, profile, actions, images, needsStata, readsDatabase} = given;
  const run =
    profile === 'slurm' ? `snakemake --profile ${profileFolder(profile)}` : 'snakemake --cores 4';
  const byId = images.filter(({hasDigest}) => !hasDigest);
  const notes = [
    ...(byId.length === 0
      ? []
      : [
          `These images have no digest, as they came from no registry, and are known by their ID: ${byId.map(({name}) => `\`${name}\``).join(', ')}. They can't be pulled: on a computer without them, ${
            runtime === 'apptainer'
              ? 'put what `study-desk images --save FILE` wrote at `images/images.tar`'
              : `load what \`study-desk images --save FILE\` wrote (\`${runtime} load --input FILE\`)`
          }.`,
        ]),
    ...(readsDatabase
      ? ['Actions that read the database use dummy data, as on a researcher’s computer.']
      : []),
    ...(needsStata
      ? ['Actions that use Stata need a licence: set STATA_LICENSE to it before you start.']
      : []),
    ...notTried(runtime, profile),
  ];
  return `# ${study}, for Snakemake

${actions} actions of the study, to be run by Snakemake 7 with ${runtime} and Python 3.8 or newer; Study Desk is not needed here.
In this folder:

\`\`\`sh
snakemake --dry-run --quiet        # what would run
${run.padEnd(34)} # runs it; the same command goes on after a failure or a stop
study-desk status --project-dir study   # how the actions are, where Study Desk is installed
\`\`\`

${profile === 'slurm' ? 'Jobs are given to Slurm, with the settings in `profiles/slurm`. The folder must be on a disk that all nodes share; jobs work in `$STUDY_DESK_SCRATCH`, `$TMPDIR` or `/tmp` of their node. A job that the cluster has ended is tried twice more, with more memory and time; one that failed by itself is not.' : 'Jobs work in `$STUDY_DESK_SCRATCH`, `$TMPDIR` or `/tmp`.'}

To follow a run, open \`study\` in Study Desk on this computer, or this folder by its "Follow a run elsewhere" on another one, by
ssh: states, logs and outputs are shown as they come, and Stop ends it.

Outputs are in \`study/\`, logs in \`study/metadata/ACTION.log\`. The code in \`study/\` is as it was exported, and is run as
that only: to change it, change the study itself and export it into this folder again; what has not changed is kept.

${notes.map((note) => `- ${note}\n`).join('')}
## Images

${images.map(({name, reference}) => `- \`${name}\`: \`${reference}\`\n`).join('')}`;
}
