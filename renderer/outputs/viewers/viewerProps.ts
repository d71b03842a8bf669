import type {OutputContent} from '../../../shared/output';

/** What a viewer is given: the content of its kind, and the output's study-relative path. */
export interface ViewerProps<Kind extends OutputContent['kind']> {
  readonly content: Extract<OutputContent, {readonly kind: Kind}>;
  readonly path: string;
}
