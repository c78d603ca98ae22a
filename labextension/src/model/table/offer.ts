/** The columns that a reader may add: few at a time, however many keys the store has. */
import type { RunKeys } from '../../api';
import type { Translate } from '../format';
import type { Column, ColumnSource } from './columns';
import { OWN_TAGS } from '../words';
import { ATTRIBUTES, columnId, newColumn } from './columns';
import { columnName } from './words';

/** Offers that are drawn at once. */
export const MAX_OFFERS = 100;

/** Some of the columns whose name has the text in it and that are not chosen, and how many there are. */
export function offerColumns(
  keys: RunKeys | null,
  chosen: readonly Column[],
  text: string,
  trans: Translate
): { offers: Column[]; total: number } {
  const taken = new Set(chosen.map(columnId));
  const wanted = text.trim().toLowerCase();
  const offers: Column[] = [];
  let total = 0;
  const offer = (source: ColumnSource, key: string): void => {
    const column = newColumn(source, key);
    const name = columnName(column, trans).toLowerCase();
    if (!taken.has(columnId(column)) && name.includes(wanted)) {
      total += 1;
      if (offers.length < MAX_OFFERS) {
        offers.push(column);
      }
    }
  };
  ATTRIBUTES.forEach(key => offer('attributes', key));
  keys?.metrics.forEach(key => offer('metrics', key));
  keys?.stepped_metrics.forEach(key => offer('course', key));
  keys?.params.forEach(key => offer('params', key));
  keys?.tags
    .filter(key => !key.startsWith(OWN_TAGS))
    .forEach(key => offer('tags', key));
  return { offers, total };
}
