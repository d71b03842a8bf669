import type {RequestAnswer, RequestArg} from '../../../shared/contract/contract';
import type {imageRequests} from '../../../shared/contract/imageRequests';
import type {StudyImage} from '../../../shared/images';
import {ok} from '../../../shared/result';

/** Where the images of a fake study come from. */
export const REGISTRY = 'ghcr.io/opensafely-core';

/** An image that is here, or with other facts. */
export function fakeImage(name: string, more: Partial<StudyImage> = {}): StudyImage {
  return {
    ...{image: `${REGISTRY}/${name}`, present: true, id: 'sha256:1', sizeBytes: 588e6},
    ...{digest: `sha256:${'a'.repeat(64)}`, createdAt: '2026-03-01T10:00:00Z'},
    ...{architecture: 'amd64', neededBy: ['flowchart'], emulated: false},
    ...more,
  };
}

type Handlers = {
  [N in keyof typeof imageRequests]: (arg: RequestArg<N>) => RequestAnswer<N>;
};

/** A computer with the one image that its study needs. */
export const fakeImages: Handlers = {
  'images:list': async () =>
    ok({images: [fakeImage('python:v2')], notYetKnown: [], registry: REGISTRY}),
  'images:newest': async ({images}) =>
    ok(images.map((image) => ({image, state: 'up-to-date', downloadBytes: 1e6}) as const)),
  'images:pulls': async () => ok([]),
  'images:pull': async () => ok(null),
  'images:stop-pull': async () => ok(null),
  'images:save': async () => ok('/downloads/study-images.tar'),
  'images:load': async () => ok([`${REGISTRY}/python:v2`]),
};
