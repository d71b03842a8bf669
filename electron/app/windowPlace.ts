import * as z from 'zod';

/** The smallest window, in pixels. */
export const SMALLEST = {width: 960, height: 600};

/** Reads a place that was kept. */
export const placeDecoder = z.object({
  width: z.int().min(SMALLEST.width),
  height: z.int().min(SMALLEST.height),
  x: z.int().exactOptional(),
  y: z.int().exactOptional(),
  maximised: z.boolean(),
});

/** Where a window stands on the screen. */
export type Place = z.infer<typeof placeDecoder>;
