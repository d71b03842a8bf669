import {app} from 'electron';
import * as z from 'zod';
import type {AppArguments} from './commandLine';

const argumentsDecoder = z.object({
  dir: z.string().nullable(),
  sample: z.boolean(),
  link: z.string().nullable(),
});

/** Calls back with what a second start of the application was asked to open; that second process ends at once. */
export function onSecondStart(open: (asked: AppArguments) => void): void {
  app.on('second-instance', (_event, _argv, _workingDir, handedOver) => {
    const asked = argumentsDecoder.safeParse(handedOver);
    open(asked.success ? asked.data : {dir: null, sample: false, link: null});
  });
}
