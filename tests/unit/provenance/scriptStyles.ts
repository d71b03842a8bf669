/** A script of a study that is made up. */
interface ScriptStyle {
  /** What the name of its file ends with. */
  readonly end: string;
  /** The run line, with SCRIPT for its file. */
  readonly run: string;
  readonly code: string;
}

/** Ways in which scripts read one file and write another. */
export const STYLES: readonly ((input: string, output: string) => ScriptStyle)[] = [
  (input, output) => ({
    end: 'R',
    run: 'r:v2 SCRIPT',
    code: `d <- read_csv("${input}")\nwrite_csv(d, "${output}")\n`,
  }),
  (input, output) => ({
    end: 'R',
    run: 'r:v2 SCRIPT',
    code: `library(here)\nd <- fread(here("output", "${input.slice(7)}"))\nfwrite(d, here("output", "${output.slice(7)}"))\n`,
  }),
  (_, output) => ({
    end: 'R',
    run: 'r:v2 SCRIPT',
    code: `for (f in list.files("output")) d <- read_csv(file.path("output", f))\nsaveRDS(d, "${output}")\n`,
  }),
  (input, output) => ({
    end: 'R',
    run: `r:v2 SCRIPT ${input} ${output}`,
    code: 'args <- commandArgs(TRUE)\nd <- read_csv(args[1])\nwrite_csv(d, args[2])\n',
  }),
  (input, output) => ({
    end: 'py',
    run: 'python:v2 python SCRIPT',
    code: `import pandas as pd\nd = pd.read_csv("${input}")\nd.to_csv("${output}")\n`,
  }),
  (input, output) => ({
    end: 'py',
    run: `python:v2 python SCRIPT --input ${input} --output ${output}`,
    code: 'import argparse\nimport pandas as pd\np = argparse.ArgumentParser()\np.add_argument("--input")\np.add_argument("--output")\na = p.parse_args()\npd.read_csv(a.input).to_csv(a.output)\n',
  }),
  (input, output) => ({
    end: 'py',
    run: 'python:v2 python SCRIPT',
    code: `import shutil\nshutil.copyfile("${input}", "${output}")\n`,
  }),
  (input, output) => ({
    end: 'do',
    run: 'stata-mp:v1 SCRIPT',
    code: `import delimited using "${input}", clear\nexport delimited "${output}", replace\n`,
  }),
];
