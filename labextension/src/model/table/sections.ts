/** The rows of a table that may be grouped: each group's head, and below an opened one its runs. */
import type { Row } from '../rows';
import type { RunList } from '../runlist';

/** The runs of one group; the only section of a table that is not grouped has no head. */
export interface Section<H> {
  head: H | null;
  /** Null where the group is closed. */
  list: RunList | null;
}

/** A row of the table; `section` is the index of the group that it is in. */
export type TableRow<H> =
  | (Row & { section: number })
  | { kind: 'group'; section: number; head: H; isOpen: boolean };

/** Where a position is: in which section, and which row of its list; -1 is its head. */
interface Place {
  section: number;
  within: number;
}

/** All rows, found by position without an array of them. */
export class SectionRows<H> {
  private readonly starts: number[] = [];
  readonly count: number;

  constructor(readonly sections: readonly Section<H>[]) {
    let count = 0;
    for (const section of sections) {
      this.starts.push(count);
      count += heightOf(section);
    }
    this.count = count;
  }

  /** The row at a position from 0. */
  at(position: number): TableRow<H> | null {
    const place = this.placeOf(position);
    const section = place === null ? undefined : this.sections[place.section];
    if (place === null || section === undefined) {
      return null;
    }
    if (place.within < 0 && section.head !== null) {
      return {
        kind: 'group',
        section: place.section,
        head: section.head,
        isOpen: section.list !== null
      };
    }
    const row = section.list?.rows.at(place.within) ?? null;
    return row === null ? null : { ...row, section: place.section };
  }

  /** The position of a loaded run; -1 where it is not loaded. */
  find(runId: string): number {
    for (const [index, section] of this.sections.entries()) {
      const within = section.list?.rows.find(runId) ?? -1;
      if (within >= 0) {
        return this.startOf(index) + within;
      }
    }
    return -1;
  }

  /** The position of a group's head. */
  headOf(section: number): number {
    return this.starts[section] ?? 0;
  }

  /** Which rows of which lists are between two positions. */
  within(
    first: number,
    last: number
  ): { list: RunList; from: number; to: number }[] {
    const found = [];
    for (const [index, { list }] of this.sections.entries()) {
      const start = this.startOf(index);
      const from = Math.max(first, start);
      const to = Math.min(last, start + (list?.rows.count ?? 0) - 1);
      if (list !== null && from <= to) {
        found.push({ list, from: from - start, to: to - start });
      }
    }
    return found;
  }

  /** Where the rows of a section's list begin. */
  private startOf(section: number): number {
    const hasHead = this.sections[section]?.head !== null;
    return (this.starts[section] ?? 0) + (hasHead ? 1 : 0);
  }

  private placeOf(position: number): Place | null {
    if (position < 0 || position >= this.count) {
      return null;
    }
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const section = low - 1;
    return { section, within: position - this.startOf(section) };
  }
}

function heightOf<H>(section: Section<H>): number {
  return (section.head === null ? 0 : 1) + (section.list?.rows.count ?? 0);
}
