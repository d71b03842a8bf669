import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {ImageMove} from '../../shared/ready';
import type {Result} from '../../shared/result';
import {visibleText} from '../../shared/visibleText';
import {ErrorCallout} from '../errors/ErrorWords';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {actionNamed} from '../state/selectors';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import form from '../ui/Field.module.css';
import {FixDialog} from './FixDialog';

/** Runs an action on its image and on another, in a copy, shows how its outputs differ, and offers the change of project.yaml. */
export function MoveImageDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const now = useDeskState((state) => actionNamed(state, action)?.run.argv[0] ?? '');
  const [image, setImage] = useState('');
  const [answer, setAnswer] = useState<Result<ImageMove, AppError> | 'running' | null>(null);
  const [writing, setWriting] = useState(false);
  const running = answer === 'running';
  const tried = running ? null : answer;
  const move = tried?.ok === true ? tried.value : null;

  // nobody would see what comes of it
  useEffect(() => () => void ask(desk, 'ready:stop', {}), [desk]);

  const run = async () => {
    setAnswer('running');
    const given = image.trim() === '' ? null : image.trim();
    setAnswer(await desk.host.request('ready:moveImage', {action, image: given}));
  };
  if (writing && move !== null)
    return <FixDialog file="project.yaml" fix={move.fix} onClose={onClose} />;
  return (
    <Dialog
      title={`Another image for ${action}`}
      onClose={onClose}
      footer={
        <>
          {running ? (
            <Button onClick={() => void ask(desk, 'ready:stop', {})}>Stop</Button>
          ) : (
            <Button onClick={onClose}>{move === null ? 'Cancel' : 'Close'}</Button>
          )}
          {move?.succeeded === true ? (
            <Button look="primary" onClick={() => setWriting(true)}>
              Change project.yaml…
            </Button>
          ) : (
            <Button look="primary" disabled={running} onClick={() => void run()}>
              {running ? 'Running…' : 'Run on both'}
            </Button>
          )}
        </>
      }
    >
      <div className={form.form}>
        <p className={form.note}>
          Runs it on <code>{now}</code> and on the other image, in a copy that is removed
          afterwards, and compares what it makes. Nothing in the study is changed.
        </p>
        <Field
          label="Other image"
          placeholder="r:v3"
          hint="Leave it empty if the image is going away: the one that takes its place is used."
          value={image}
          disabled={running}
          onChange={(event) => setImage(event.target.value)}
        />
        <ErrorCallout error={tried?.ok === false ? tried.error : null} />
        {move !== null && (
          <div role="status">
            <p>
              <strong>
                {move.succeeded
                  ? `It runs on ${move.to}. Its outputs against those on ${move.from}:`
                  : `It does not succeed on ${move.to}: ${visibleText(move.message)}`}
              </strong>
            </p>
            <ul>
              {move.outputs.map(({path, words}) => (
                <li key={path}>
                  <code>{path}</code>: {words}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Dialog>
  );
}
