import {describe, expect, it} from 'vitest';
import {
  aloneIn,
  bottomHeight,
  crowdedIn,
  foldedForCentre,
  foldedForRoom,
} from '../../../renderer/frame/room';
import {createDeskStore, type DeskState} from '../../../renderer/state/deskStore';
import {
  folding,
  offeringBottom,
  offeringProblems,
  sidesAfter,
  sidesAtStart,
  unfolding,
} from '../../../renderer/state/sides';

const OPEN = {left: false, right: false, bottom: false};
const desk = (state: Partial<DeskState>): DeskState => createDeskStore(state).getState();

describe('the sides of the window', () => {
  it('start folded where they have nothing to say, and as they were left where they have', () => {
    expect(sidesAtStart(OPEN, {selection: null, bottomTab: 'log'})).toEqual({
      ...{left: false, right: true, bottom: true},
    });
    expect(sidesAtStart(OPEN, {selection: 'a', bottomTab: 'log'})).toEqual(OPEN);
    expect(sidesAtStart(OPEN, {selection: null, bottomTab: 'problems'}).bottom).toBe(false);
  });

  it('open at the first selection, unless the user folded them', () => {
    const before = desk({});
    const after = {...before, selection: 'a'};
    expect(sidesAfter(after, before)?.collapsed?.right).toBe(false);
    const folded = {...before, ...folding(before, 'right')};
    expect(sidesAfter({...folded, selection: 'a'}, folded)).toBe(null);
    const again = {...folded, ...unfolding(folded, 'right')};
    expect(again.foldedByUser.right).toBe(false);
  });
});

describe('a window without room for all', () => {
  it('keeps the side opened last, and the centre', () => {
    const narrow = {width: 700, height: 600};
    expect(foldedForRoom(narrow, OPEN, 'right')).toBe('left');
    expect(foldedForRoom(narrow, OPEN, 'left')).toBe('right');
    expect(foldedForRoom({width: 1280, height: 600}, OPEN, 'left')).toBe(null);
    expect(aloneIn({width: 1280, height: 650}, OPEN)).toBe(null);
    expect(aloneIn({width: 500, height: 650}, {...OPEN, bottom: true})).toBe('right');
    expect(aloneIn({width: 640, height: 282}, OPEN)).toBe('bottom');
    expect(crowdedIn({width: 640, height: 282})).toEqual({...OPEN, bottom: true});
    // what is only offered does not take the place of the graph; errors do
    const small = {...desk({}), crowded: {left: false, right: false, bottom: true}};
    expect(offeringBottom(small, 'log').collapsed).toBeUndefined();
    expect(offeringProblems(small).collapsed?.bottom).toBe(false);
    // whoever asks for the graph then sees it
    expect(foldedForCentre({width: 640, height: 282}, OPEN)).toEqual({...OPEN, bottom: true});
    expect(foldedForCentre({width: 500, height: 282}, OPEN)).toEqual({
      ...{left: true, right: true, bottom: true},
    });
    expect(foldedForCentre({width: 1280, height: 650}, OPEN)).toBe(OPEN);
  });

  it('gives a plan the room its jobs need, up to most of it', () => {
    const room = {width: 1280, height: 700};
    expect(bottomHeight(room, 'log', 0)).toBe(252);
    expect(bottomHeight(room, 'plan', 7)).toBe(360);
    expect(bottomHeight(room, 'plan', 2191)).toBe(434);
  });
});
