import {FolderOpen} from 'lucide-react';
import {ask} from '../../state/ask';
import {useDesk} from '../../state/deskStore';
import {Button} from '../../ui/Button';
import {EmptyState} from '../../ui/Section';
import type {ViewerProps} from './viewerProps';

/** Why a file is not shown, and the way to it. */
export function UnsupportedViewer({content, path}: ViewerProps<'unsupported'>) {
  const desk = useDesk();
  return (
    <EmptyState
      title="This file isn’t shown here"
      action={
        <Button
          icon={<FolderOpen aria-hidden="true" />}
          onClick={() => void ask(desk, 'project:show-in-folder', {path})}
        >
          Show in folder
        </Button>
      }
    >
      {content.reason}
    </EmptyState>
  );
}
