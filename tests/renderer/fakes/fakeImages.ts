import type {StudyImage} from '../../../shared/images';
import {ok} from '../../../shared/result';
import type {FakeAnswers} from './fakeAnswers';

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

/** A computer with the one image that its study needs. */
export const fakeImages: FakeAnswers<'images'> = {
  'images:pulls': async () => ok([]),
  'images:pull': async () => ok(null),
  'images:stopPull': async () => ok(null),
  'images:load': async () => ok([`${REGISTRY}/python:v2`]),
};
