import {expect, it} from 'vitest';
import {createStatusBoard} from '../../../electron/core/provenance/statusBoard';
import {createRunHistory} from '../../../electron/runs/runHistory';
import {stateOf, type EndCode} from '../../../shared/job';
import {actionStateOf, type ActionState, type Provenance} from '../../../shared/status';
import {someJob} from '../runs/someJob';

const UP_TO_DATE: Provenance = {kind: 'up-to-date', markedBecause: null};
const OUT_OF_DATE: Provenance = {kind: 'out-of-date', reasons: []};

function setUp() {
  let ended = 0;
  const history = createRunHistory();
  const board = createStatusBoard('/study', history, () => undefined);
  const end = (action: string, statusCode: EndCode): void => {
    const job = {...someJob(action, {statusCode, state: stateOf(statusCode)}), id: `${ended}`};
    ended += 1;
    history.note(job);
    board.setJob(job);
  };
  const succeed = (action: string): void => end(action, 'succeeded');
  const states = (): Record<string, ActionState> =>
    Object.fromEntries(board.all().map((status) => [status.action, actionStateOf(status)]));
  board.setActions(['a', 'b'], new Map());
  return {board, end, succeed, states};
}

it('has a success checked before it is up to date, and not by a check that began before it', () => {
  const {board, succeed, states} = setUp();
  const before = board.setChecking();
  succeed('a');
  expect(states()).toEqual({a: 'checking', b: 'never-run'});
  board.setProvenance(new Map([['a', OUT_OF_DATE]]), before);
  expect(states()).toMatchObject({a: 'checking'});
  board.setProvenance(new Map([['a', UP_TO_DATE]]), board.setChecking());
  expect(states()).toMatchObject({a: 'up-to-date'});
  board.close();
});

it('leaves what is known as it is while it is checked again', () => {
  const {board, succeed, states} = setUp();
  succeed('a');
  board.setProvenance(new Map([['a', UP_TO_DATE]]), board.setChecking());
  const since = board.setChecking();
  expect(states()).toMatchObject({a: 'up-to-date'});
  board.setProvenance(new Map([['a', OUT_OF_DATE]]), since);
  expect(states()).toMatchObject({a: 'out-of-date'});
  board.close();
});

it('does not go on checking what a check has left unanswered', () => {
  const {board, succeed, states} = setUp();
  succeed('a');
  board.runEnded();
  board.setProvenance(new Map(), board.setChecking());
  expect(states()).toMatchObject({a: 'not-verified'});
  board.close();
});

it('tells of errors in project.yaml before anything else but a job under way', () => {
  const {board, succeed, states} = setUp();
  succeed('a');
  board.setProvenance(new Map([['a', UP_TO_DATE]]), board.setChecking());
  const problems = [{message: 'No action is named x.', line: 7}];
  board.setActions(['a', 'b'], new Map([['a', problems]]));
  expect(states()).toEqual({a: 'has-errors', b: 'never-run'});
  const statusCode = 'executing';
  board.setJob({...someJob('a', {statusCode, state: stateOf(statusCode)})});
  expect(states()).toMatchObject({a: 'running'});
  board.runEnded();
  board.setActions(['a', 'b'], new Map());
  expect(states()).toMatchObject({a: 'up-to-date'});
  board.close();
});

it('keeps the state of a success through an attempt that was stopped or never began, as a plan does', () => {
  for (const [inVain, state] of [
    ['cancelled_by_user', 'cancelled'],
    ['not_started', 'not-started'],
  ] as const) {
    const {board, end, succeed, states} = setUp();
    end('b', inVain);
    expect(states()).toMatchObject({b: state});
    succeed('a');
    board.setProvenance(new Map([['a', UP_TO_DATE]]), board.setChecking());
    end('a', inVain);
    expect(states()).toMatchObject({a: 'up-to-date'});
    board.setProvenance(new Map([['a', OUT_OF_DATE]]), board.setChecking());
    expect(states()).toMatchObject({a: 'out-of-date'});
    board.runEnded();
    expect(states()).toMatchObject({a: 'out-of-date', b: state});
    end('a', 'nonzero_exit');
    end('a', inVain);
    // what failed before it is run again
    expect(states()).toMatchObject({a: state});
    board.close();
  }
});
