/** Long texts side by side, each from shortly before they begin to differ. */

const WIDTH = 400;
const BEFORE = 100;

/** What is shown of a text. */
export interface Part {
  text: string;
  isCut: boolean;
}

/** Of each text at most 400 characters; of one that is not there, nothing. */
export function toldApart(values: readonly (string | null)[]): Part[] {
  const there = values.filter(value => value !== null);
  const same = there.length > 1 ? sameBeginning(there) : 0;
  const start = same > WIDTH - BEFORE ? same - BEFORE : 0;
  return values.map(value => {
    if (value === null || value.length <= WIDTH) {
      return { text: value ?? '', isCut: false };
    }
    const before = start > 0 ? '… ' : '';
    const after = value.length > start + WIDTH ? ' …' : '';
    const text = `${before}${value.slice(start, start + WIDTH)}${after}`;
    return { text, isCut: true };
  });
}

/** How many characters all have at their beginning. */
function sameBeginning(values: readonly string[]): number {
  const [first = ''] = values;
  let count = Math.min(...values.map(value => value.length));
  for (const other of values) {
    let place = 0;
    while (
      place < count &&
      other.charCodeAt(place) === first.charCodeAt(place)
    ) {
      place += 1;
    }
    count = place;
  }
  return count;
}
