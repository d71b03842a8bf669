import {describe, expect, it} from 'vitest';
import {bottomHeight, foldedForRoom, hasOnePlace} from '../../../renderer/frame/frameSpace';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {
  folding,
  leavingReading,
  offeringBottom,
  offeringProblems,
  sidesAfter,
  sidesAtStart,
  steppingBack,
  unfolding,
  type Side,
  type Sides,
} from '../../../renderer/state/sides';

const OPEN: Sides = new Set();
const folded = (...sides: readonly Side[]): Sides => new Set(sides);
const desk = (state: Partial<DeskState>): DeskState => createDeskStore(state).getState();

describe('the sides of the window', () => {
  it('start folded where they have nothing to say, and as the user left them where they have', () => {
    const start = (state: Partial<DeskState>) => sidesAtStart(desk({collapsed: OPEN, ...state}));
    expect(start({}).collapsed).toEqual(folded('right', 'bottom'));
    expect(start({selection: 'a'}).collapsed).toEqual(OPEN);
    // nothing is planned yet, and nothing checked: the log opens with its first line
    expect(start({bottomTab: 'plan'})).toEqual({
      bottomTab: 'log',
      collapsed: folded('right', 'bottom'),
      beforeReading: null,
    });
    // what had no space is not what the user folded
    expect(start({collapsed: folded('left')}).collapsed?.has('left')).toBe(false);
    const byUser = {foldedByUser: folded('left', 'right'), selection: 'a'};
    expect(start(byUser).collapsed).toEqual(folded('left', 'right'));
  });

  it('open at the first selection, unless the user folded them', () => {
    const before = desk({});
    const after = {...before, selection: 'a'};
    expect(sidesAfter(after, before)?.collapsed?.has('right')).toBe(false);
    const byUser = {...before, ...folding(before, 'right')};
    expect(sidesAfter({...byUser, selection: 'a'}, byUser)).toBe(null);
    const again = {...byUser, ...unfolding(byUser, 'right')};
    expect(again.foldedByUser.has('right')).toBe(false);
    // where there is space for one place alone it opens once there is more
    const small: DeskState = {...before, place: 'centre'};
    const selected = {...small, selection: 'a'};
    expect(sidesAfter(selected, small)).toBe(null);
    const roomy = {...selected, place: null};
    expect(sidesAfter(roomy, selected)?.collapsed?.has('right')).toBe(false);
  });
});

describe('a window without space for all', () => {
  it('keeps the side opened last, and the centre', () => {
    const narrow = {width: 700, height: 600};
    expect(foldedForRoom(narrow, OPEN, 'right')).toBe('left');
    expect(foldedForRoom(narrow, OPEN, 'left')).toBe('right');
    expect(foldedForRoom({width: 1280, height: 600}, OPEN, 'left')).toBe(null);
  });

  it('has one place where it is low or narrow, or its text twice as large', () => {
    const one = (width: number, height: number, zoom = 1) => hasOnePlace({width, height}, zoom);
    expect([one(1280, 800), one(1024, 700), one(1024, 640, 1.25)]).toEqual([false, false, false]);
    expect([one(1280, 690), one(590, 900), one(585, 400, 1.75)]).toEqual([true, true, true]);
    expect([one(640, 400, 2), one(960, 540, 2), one(512, 350, 2)]).toEqual([true, true, true]);
  });

  it('shows there what is asked for, or opened, and only an error of project.yaml by itself', () => {
    const small: DeskState = {...desk({}), place: 'left'};
    expect(offeringBottom(small, 'log')).toEqual({bottomTab: 'log'});
    expect(offeringProblems(small).place).toBe('bottom');
    expect(unfolding(small, 'right').place).toBe('right');
    expect(folding({...small, place: 'bottom'}, 'bottom')).toEqual({place: 'centre'});
    const opened: DeskState = {...small, centre: {kind: 'output', path: 'a.csv'}};
    expect(sidesAfter(opened, small)?.place).toBe('centre');
    // from what lies beside a file, Escape goes to the file first
    expect(steppingBack({...opened, place: 'bottom'})).toEqual({place: 'centre'});
    expect(steppingBack({...opened, place: 'centre', collapsed: folded('right')})).toBeNull();
    // the sides are folded as before once there is space, but for the one that was shown
    expect(unfolding(small, 'right').collapsed).toBeUndefined();
    const log: DeskState = {...small, place: 'bottom', collapsed: folded('left', 'bottom')};
    expect(sidesAfter({...log, place: null}, log)?.collapsed).toEqual(folded('left'));
    const centre: DeskState = {...log, place: 'centre'};
    expect(sidesAfter({...centre, place: null}, centre)).toBeNull();
  });

  it('gives a plan the space its jobs need, up to most of it', () => {
    const space = {width: 1280, height: 700};
    expect(bottomHeight(space, 'log', 0)).toBe(252);
    expect(bottomHeight(space, 'plan', 7)).toBe(360);
    expect(bottomHeight(space, 'plan', 2191)).toBe(434);
  });

  it('give way to what is opened to be read, and are as they were once it is closed', () => {
    const view = desk({centre: {kind: 'table'}, selection: 'a'});
    const opened = {...view, centre: {kind: 'output', path: 'a.csv'}} as const;
    const reading = {...opened, ...sidesAfter(opened, view)};
    expect(reading.collapsed).toEqual(folded('right', 'bottom'));
    // details are opened over it, and the log below: neither is kept
    const looking = {...reading, ...unfolding(reading, 'right')};
    expect(looking.collapsed).toEqual(folded('bottom'));
    expect(looking.foldedByUser).toBe(view.foldedByUser);
    const whole = {...looking, wholeWindow: true};
    // one step at a time: the window, what was opened over it, the view before
    expect(steppingBack(whole)).toEqual({wholeWindow: false});
    expect(steppingBack(looking)).toEqual({collapsed: folded('right', 'bottom')});
    expect(steppingBack(reading)).toBeNull();
    const closed = {...looking, ...leavingReading(looking)};
    expect(closed.centre).toEqual({kind: 'table'});
    const after = {...closed, ...sidesAfter(closed, looking)};
    expect(after.collapsed).toBe(view.collapsed);
    expect(after.beforeReading).toBeNull();
  });

  it.each([
    ['checks', {kind: 'output', path: 'a.csv'}, ['right', 'bottom']],
    ['problems', {kind: 'output', path: 'a.csv'}, ['right', 'bottom']],
    ['problems', {kind: 'project-file', line: 1}, ['right']],
  ] as const)('leave of %s below, where %o is opened, folded: %o', (bottomTab, centre, sides) => {
    const view = desk({bottomTab, collapsed: OPEN});
    expect(sidesAfter({...view, centre}, view)?.collapsed).toEqual(folded(...sides));
  });

  it('are not opened beside what is read by what happens meanwhile', () => {
    const reading = desk({
      centre: {kind: 'output', path: 'a.csv'},
      collapsed: folded('right', 'bottom'),
      beforeReading: {view: 'graph', collapsed: OPEN},
    });
    expect(sidesAfter({...reading, selection: 'a'}, reading)).toBeNull();
  });
});
