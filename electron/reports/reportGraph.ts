import {truncateMiddle} from '../../shared/format';
import type {ReportData} from '../../shared/release';

type ReportedAction = ReportData['actions'][number];

/** More actions than this are listed in the table alone. */
export const MOST_DRAWN = 300;

const WIDTH = 200;
const HEIGHT = 36;
const ACROSS = 70;
const DOWN = 14;

/** The actions as a picture, left to right by what they need; `write` makes a text fit for HTML. */
export function graphPicture(
  actions: readonly ReportedAction[],
  write: (text: string) => string,
): string {
  const places = placesOf(actions);
  const right = Math.max(...[...places.values()].map(({x}) => x)) + WIDTH;
  const bottom = Math.max(...[...places.values()].map(({y}) => y)) + HEIGHT;
  const edges = actions.flatMap(({name, needs}) =>
    needs.flatMap((need) => {
      const [from, to] = [places.get(need), places.get(name)];
      if (from === undefined || to === undefined) return [];
      const [x1, y1] = [from.x + WIDTH, from.y + HEIGHT / 2];
      const [x2, y2] = [to.x, to.y + HEIGHT / 2];
      const bend = Math.max(24, (x2 - x1) / 2);
      return [`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`];
    }),
  );
  const nodes = actions.map(({name, state, stateWords}) => {
    const {x, y} = places.get(name) ?? {x: 0, y: 0};
    return `<g class="node ${state}" transform="translate(${x} ${y})"><title>${write(`${name}: ${stateWords}`)}</title><rect width="${WIDTH}" height="${HEIGHT}" rx="8"/><text x="12" y="15">${write(truncateMiddle(name, 28))}</text><text class="state" x="12" y="29">${write(stateWords)}</text></g>`;
  });
  return `<svg class="graph" role="img" aria-label="The actions and what they need" viewBox="-1 -1 ${right + 2} ${bottom + 2}" width="${right + 2}" height="${bottom + 2}"><g class="edges">${edges.join('')}</g>${nodes.join('')}</svg>`;
}

/** A column for each rank; in it each action near what it needs. */
function placesOf(
  actions: readonly ReportedAction[],
): ReadonlyMap<string, {readonly x: number; readonly y: number}> {
  const places = new Map<string, {x: number; y: number}>();
  const ranks = Math.max(0, ...actions.map(({rank}) => rank));
  for (let rank = 0; rank <= ranks; rank += 1) {
    const here = actions.filter((action) => action.rank === rank);
    const wanted = here.map(({needs}) => {
      const ys = needs.flatMap((need) => places.get(need)?.y ?? []);
      return ys.length === 0 ? 0 : ys.reduce((sum, y) => sum + y, 0) / ys.length;
    });
    const order = here
      .map((_, at) => at)
      .sort((one, other) => (wanted[one] ?? 0) - (wanted[other] ?? 0));
    order.forEach((at, place) => {
      const action = here[at];
      if (action !== undefined)
        places.set(action.name, {x: rank * (WIDTH + ACROSS), y: place * (HEIGHT + DOWN)});
    });
  }
  return places;
}
