const STEPS_SECONDS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
];

/** Round places on a time axis of so many seconds, at most `most` of them, from 0. */
export function timeTicks(seconds: number, most: number): readonly number[] {
  const step = STEPS_SECONDS.find((each) => seconds / each <= most) ?? Math.ceil(seconds / most);
  return Array.from({length: Math.floor(seconds / step) + 1}, (_, index) => index * step);
}
