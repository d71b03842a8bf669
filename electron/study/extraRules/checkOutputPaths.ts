import type {DraftOutput} from '../draftAction';
import type {BrokenRule, Report} from '../brokenRules';
import {isAbsolutePath, normalPath} from '../../../shared/outputPath';
import {matchesPattern} from '../outputPattern';
import type {ExtraRulesInput} from './checkExtraRules';

/** S-PATH-OUTSIDE, S-PATH-PROJECT, S-PATTERN-SPACE, S-WINDOWS-NAME and S-NO-PATTERN: one output at a time. */
export function checkOutputPaths({actions}: ExtraRulesInput, report: Report): void {
  for (const {name, tiers, outputs, key} of actions) {
    for (const output of outputs) {
      const broken = checkOne(output);
      if (broken !== null) report({...broken, at: output.pattern, action: name});
    }
    if (tiers.length > 0 && outputs.length === 0) {
      report({
        rule: 'S-NO-PATTERN',
        at: key,
        action: name,
        message: `The action \`${name}\` lists no outputs.`,
        hint: 'Give each output a label and a path under its tier.',
      });
    }
  }
}

const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

function checkOne({pattern}: DraftOutput): Omit<BrokenRule, 'at'> | null {
  const path = pattern.text;
  const parts = path.split('/');
  const normal = normalPath(path);
  if (normal === '..' || normal.startsWith('../')) {
    return {
      rule: 'S-PATH-OUTSIDE',
      message: `\`${path}\` is outside the study.`,
      hint: 'Write the file below the study, for example to `output/`.',
    };
  }
  if (matchesPattern(path, 'project.yaml')) {
    return {
      rule: 'S-PATH-PROJECT',
      message: `\`${path}\` matches project.yaml itself.`,
      hint: 'Write outputs to a separate folder, for example `output/`.',
    };
  }
  if (path !== path.trim() || /[\r\n]/.test(path)) {
    return {
      rule: 'S-PATTERN-SPACE',
      message: `The path \`${path.trim()}\` starts or ends with a space, or contains a line break.`,
      hint: 'Remove them.',
    };
  }
  const odd = parts.find((part) => /[<>:"|]|[. ]$/.test(part) || RESERVED.test(part));
  if (odd !== undefined && odd !== '.' && odd !== '..' && !isAbsolutePath(path) && odd !== '') {
    return {
      rule: 'S-WINDOWS-NAME',
      message: `\`${odd}\` can't be a file name on Windows.`,
      hint: 'Choose another name, so that colleagues on Windows can run the study.',
    };
  }
  return null;
}
