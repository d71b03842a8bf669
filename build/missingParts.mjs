// How `npm test` tells the tests what this computer can't give: two environment variables, each a reason.

/** The variables that hold the reasons. */
export const engineReasonVariable = 'STUDY_DESK_NO_ENGINE';
export const displayReasonVariable = 'STUDY_DESK_NO_DISPLAY';

/** Why there is no engine or no window here; undefined where there is. */
export function testEnvironmentReasons(env) {
  return {
    engine: env[engineReasonVariable] || undefined,
    display: env[displayReasonVariable] || undefined,
  };
}
