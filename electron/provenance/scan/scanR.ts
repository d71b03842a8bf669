import type {SourceFacts} from './sourceFacts';
import {scanSource, type SourceWords} from './scanSource';
const WORDS: SourceWords = {
  language: 'r',
  reads:
    /^(source|sys\.source|read[_.].*|read[A-Z].*|load|fread|vroom.*|scan|file|gzfile|fromJSON|open_dataset|yaml\.load_file|import|parse|knit|knit_child|knit_expand|render|read_chunk|include_graphics|includeHTML|includeText|qread|fst|st_read|load_dot_env|attach|source_python|py_run_file|rmd_render|spin|system|system2|jinjar|file_show|readtext|loadWorkbook|dget|dbConnect)$/,
  writes:
    /^(write[_.].*|write[A-Z].*|write|save|saveRDS|saveWorkbook|ggsave|fwrite|sink|cat|pdf|png|svg|jpeg|tiff|dir\.create|dir_create|file\.remove|unlink|export|dput|dump|message|print|stop|warning|library|require|requireNamespace|gtsave|save_as_docx|saveWidget|webshot)$/,
  lists:
    /^(list\.files|list\.dirs|dir|dir_ls|dir_map|Sys\.glob|tar_source|load_all|list_files|sourceDirectory)$/,
  builds:
    /^(paste|paste0|file\.path|here|path|path_join|glue|str_glue|str_c|sprintf|normalizePath)$/,
  dynamic: /^(eval|evalq|eval_tidy|parse_expr|str2lang|str2expression)$/,
  pathArguments: /^(file|path|con|input|filename|x|fileName|description|txt|child|directory|dir)$/,
};

/** Files of the working directory that R reads by itself at its start. */
export const R_STARTUP_FILES: readonly string[] = ['.Rprofile', '.Renviron'];

/** Modules, pipelines and languages with rules of their own, and paths that depend on where R stands. */
const CANT_TELL =
  /\b(box::use|modules::use|tar_make|tar_source|setwd|with_dir|local_dir)\s*\(|\broot\.dir\s*=|\breticulate\b/;

/** Files that a function reads without being given their names. */
const READ_UNNAMED: readonly (readonly [RegExp, string])[] = [
  [/\bconfig::get\s*\(|\blibrary\(config\)/, 'config.yml'],
  [/\bload_dot_env\s*\(/, '.env'],
];

/** What an R script says about files. */
export function scanR(source: string): SourceFacts {
  const facts = scanSource(source, WORDS);
  return {
    ...facts,
    patterns: READ_UNNAMED.flatMap(([call, path]) => (call.test(source) ? [path] : [])),
    uncertain: facts.uncertain || CANT_TELL.test(source),
  };
}
