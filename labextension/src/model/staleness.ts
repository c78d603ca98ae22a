/** What no longer holds of what a badge says, from facts of the trail and of the notebook as it is open. */
import type { CellBadge, CellLink, InputChange } from '../api';
import { isCodeChanged } from './badges';
import { codePointLength, crc32 } from './crc32';
import type { Translate } from './format';
import { formatMoment } from './format';

/** The open notebook: its cells' ids and texts from top to bottom. */
export type Present = readonly { id: string; source: string }[];

/** A value that came from a cell where the notebook does not show it: which execution used it, whose it was. */
export interface Misplaced {
  name: string;
  usedBy: number;
  madeBy: number;
  at: number;
}

/** Where what an execution used came from, itself or through others; null where the notebook shows it. */
export interface Provenance {
  outOfOrder: Misplaced | null;
  deleted: Misplaced | null;
}

/** All reasons for which a badge is stale. */
export interface Staleness extends Provenance {
  /** The execution since whose end the code is another one; null where it is not. */
  codeSince: { count: number; at: number } | null;
  changes: readonly InputChange[];
}

/** One reason, in a word and in full. */
export interface StaleMark {
  text: string;
  caption: string;
}

const NOWHERE: Provenance = { outOfOrder: null, deleted: null };
const MAX_NAMES = 5;

/** What is stale of a badge. */
export function staleness(
  badge: CellBadge,
  source: string,
  provenance: Provenance = NOWHERE
): Staleness {
  return {
    codeSince: isCodeChanged(badge, source)
      ? { count: badge.execution_count, at: badge.at }
      : null,
    changes: badge.input_changes,
    ...provenance
  };
}

/** Per execution, whether what it rests on came from a cell that is gone, or from one below its reader. */
export function provenances(
  links: readonly CellLink[],
  present: Present
): ReadonlyMap<string, Provenance> {
  const notebook = new Notebook(present);
  const known = new Map<string, CellLink>();
  const found = new Map<string, Provenance>();
  for (const link of links) {
    let { outOfOrder, deleted } = NOWHERE;
    for (const input of link.inputs) {
      const maker = known.get(input.execution_id);
      if (maker === undefined) {
        continue;
      }
      const misplaced = {
        name: input.name,
        usedBy: link.execution_count,
        madeBy: maker.execution_count,
        at: maker.at
      };
      const before = found.get(maker.execution_id) ?? NOWHERE;
      deleted ??= notebook.isGone(maker) ? misplaced : before.deleted;
      outOfOrder ??= notebook.isBelow(maker, link)
        ? misplaced
        : before.outOfOrder;
    }
    known.set(link.execution_id, link);
    found.set(link.execution_id, { outOfOrder, deleted });
  }
  return found;
}

/** The open notebook, asked about executions; a cell that was pasted anew is known by its text. */
class Notebook {
  private readonly places: ReadonlyMap<string, number>;
  private texts: ReadonlySet<string> | null = null;

  constructor(private readonly present: Present) {
    this.places = new Map(present.map((cell, place) => [cell.id, place]));
  }

  isGone(link: CellLink): boolean {
    return (
      link.cell_id !== '' &&
      !this.places.has(link.cell_id) &&
      !this.hasText(`${link.source_crc32} ${link.source_length}`)
    );
  }

  isBelow(maker: CellLink, reader: CellLink): boolean {
    const made = this.places.get(maker.cell_id);
    const used = this.places.get(reader.cell_id);
    return made !== undefined && used !== undefined && made > used;
  }

  private hasText(text: string): boolean {
    this.texts ??= new Set(
      this.present.map(
        ({ source }) => `${crc32(source)} ${codePointLength(source)}`
      )
    );
    return this.texts.has(text);
  }
}

/** The reasons in words; empty where nothing is stale. */
export function staleMarks(stale: Staleness, trans: Translate): StaleMark[] {
  return [
    ...codeMarks(stale, trans),
    ...changeMarks(stale, trans),
    ...orderMarks(stale, trans)
  ];
}

function codeMarks({ codeSince }: Staleness, trans: Translate): StaleMark[] {
  return codeSince === null
    ? []
    : [
        {
          text: trans.__('code changed'),
          caption: trans.__(
            'The code is another one than [%1] executed, %2',
            codeSince.count,
            formatMoment(codeSince.at)
          )
        }
      ];
}

function changeMarks({ changes }: Staleness, trans: Translate): StaleMark[] {
  if (changes.length === 0) {
    return [];
  }
  const told = changes
    .slice(0, MAX_NAMES)
    .map(change =>
      trans.__(
        '%1 was changed by [%2], %3',
        change.name,
        change.execution_count,
        formatMoment(change.at)
      )
    );
  if (changes.length > MAX_NAMES) {
    told.push(trans.__('and %1 more', changes.length - MAX_NAMES));
  }
  return [
    {
      text: trans.__('input changed'),
      caption: trans.__('Input changed: %1', told.join('; '))
    }
  ];
}

function orderMarks(stale: Staleness, trans: Translate): StaleMark[] {
  const { outOfOrder, deleted } = stale;
  const marks: StaleMark[] = [];
  if (outOfOrder !== null) {
    marks.push({
      text: trans.__('out of order'),
      caption: trans.__(
        'Executed out of order: [%1] used %2 of [%3], whose cell stands below, %4',
        outOfOrder.usedBy,
        outOfOrder.name,
        outOfOrder.madeBy,
        formatMoment(outOfOrder.at)
      )
    });
  }
  if (deleted !== null) {
    marks.push({
      text: trans.__('deleted source'),
      caption: trans.__(
        'Produced by a deleted cell: [%1] used %2 of [%3], whose cell is no longer in the notebook, %4',
        deleted.usedBy,
        deleted.name,
        deleted.madeBy,
        formatMoment(deleted.at)
      )
    });
  }
  return marks;
}
