import {useMemo} from 'react';
import {TextLines} from '../TextLines';
import type {ViewerProps} from './viewerProps';

/** JSON, laid out where it is whole. */
export function JsonViewer(props: ViewerProps<'json'>) {
  const {text, truncated} = props.content;
  const pretty = useMemo(() => (truncated ? text : prettyJson(text)), [text, truncated]);
  return <TextLines text={pretty} truncated={truncated} label={props.path} />;
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
