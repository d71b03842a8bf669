import type {DraftRun} from '../draftAction';
import {didYouMean, type Report} from '../brokenRules';
import {LEAVING_IMAGES, REUSABLE_ACTION_NAMES, RUNTIME_NAMES} from '../knownImages';
import {nearestName} from '../../../shared/nearestName';
import {featuresOf} from '../projectVersion';
import {fixesOf, replaceScalar} from '../quickFixes';
import type {ExtraRulesInput} from './checkExtraRules';

const KNOWN_NAMES = [...RUNTIME_NAMES, ...REUSABLE_ACTION_NAMES];

/** S-UNKNOWN-IMAGE, S-LATEST and S-IMAGE-LEAVING: what a command runs on. */
export function checkImages({actions, version, text}: ExtraRulesInput, report: Report): void {
  const features = featuresOf(version);
  const nearest = new Map<string, string | null>();
  for (const {name, run} of actions) {
    if (run?.argv === null || run === null) continue;
    const {imageName, imageTag} = run;
    if (!RUNTIME_NAMES.has(imageName)) {
      if (REUSABLE_ACTION_NAMES.has(imageName)) continue;
      if (!nearest.has(imageName)) nearest.set(imageName, nearestName(imageName, KNOWN_NAMES));
      const near = nearest.get(imageName) ?? null;
      report({
        rule: 'S-UNKNOWN-IMAGE',
        at: run,
        action: name,
        message: `\`${imageName}\` is not a known image, so it is treated as a reusable action.`,
        hint: didYouMean(near) ?? 'Check its name at actions.opensafely.org.',
        fixes: fixesOf(near === null ? null : changeImage(text, run, `${near}:${imageTag}`)),
      });
    } else if (imageTag === 'latest' && !features.withoutLatest) {
      report({
        rule: 'S-LATEST',
        at: run,
        action: name,
        message: `\`${imageName}:latest\` means \`${imageName}:v1\`.`,
        hint: `Write \`${imageName}:v1\`, or a newer version.`,
        fixes: fixesOf(changeImage(text, run, `${imageName}:v1`)),
      });
    }
    const leaving = LEAVING_IMAGES.get(`${imageName}:${imageTag}`) ?? LEAVING_IMAGES.get(imageName);
    const isError = imageName === 'cohortextractor' && features.withoutCohortextractor;
    if (leaving !== undefined && !isError) {
      report({
        rule: 'S-IMAGE-LEAVING',
        at: run,
        action: name,
        message: `\`${imageName}:${imageTag}\` is deprecated.`,
        hint: leaving,
      });
    }
  }
}

function changeImage(text: string, run: DraftRun, image: string) {
  const before = `${run.imageName}:${run.imageTag}`;
  if (!run.text.startsWith(before)) return null;
  return replaceScalar(
    text,
    run,
    run.text,
    image + run.text.slice(before.length),
    `Change to \`${image}\``,
  );
}
