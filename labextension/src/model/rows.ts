/**
 * Which row of the list shows which run: runs by their index in the query, children below a parent that was opened,
 * and nothing for the members of a loop that was folded up. Rows of pages that are not loaded count as one run each.
 */
import type { RunSummary } from '../api';

/** A loop's part in the list: neighbours with one group id. */
export interface GroupPlace {
  id: string;
  isFirst: boolean;
  isLast: boolean;
  isFolded: boolean;
  /** Members that are loaded and next to each other. */
  size: number;
}

/** One row. */
export type Row =
  | { kind: 'run'; index: number; run: RunSummary; group: GroupPlace | null }
  | { kind: 'pending'; index: number }
  | { kind: 'child'; index: number; run: RunSummary; position: number }
  | { kind: 'more'; index: number; parentId: string; missing: number };

/** The children of a run that was opened. */
export interface Children {
  runs: readonly RunSummary[];
  /** How many there are. */
  total: number;
  /** The next page's cursor; empty when all are here. */
  cursor: string;
  isLoading: boolean;
  /** Why they could not be read; empty otherwise. */
  problem: string;
}

/** What the rows are made from. */
export interface RowsInput {
  /** Runs that match the query. */
  total: number;
  /** The loaded runs, by index, ascending. */
  loaded: ReadonlyMap<number, RunSummary>;
  opened: ReadonlyMap<string, Children>;
  folded: ReadonlySet<string>;
}

interface Change {
  index: number;
  /** Rows that the run at `index` takes: 0 when folded away, 1 + children when opened. */
  height: number;
  /** Rows before it. */
  start: number;
}

/** The rows of a list, found by position without an array of all of them. */
export class Rows {
  private readonly changes: Change[] = [];
  private readonly groups = new Map<number, GroupPlace>();
  readonly count: number;

  constructor(private readonly input: RowsInput) {
    this.findGroups();
    let surplus = 0;
    for (const [index, run] of input.loaded) {
      const height = this.heightOf(index, run);
      if (height !== 1) {
        this.changes.push({ index, height, start: index + surplus });
        surplus += height - 1;
      }
    }
    this.count = input.total + surplus;
  }

  /** The row at a position from 0. */
  at(position: number): Row | null {
    if (position < 0 || position >= this.count) {
      return null;
    }
    const change = this.changeBefore(position);
    if (change === null) {
      return this.runRow(position);
    }
    const within = position - change.start;
    if (within < change.height) {
      return within === 0
        ? this.runRow(change.index)
        : this.childRow(change.index, within - 1);
    }
    return this.runRow(change.index + 1 + within - change.height);
  }

  /** The position of the run at an index; of the first shown one of its loop when it is folded away. */
  positionOf(index: number): number {
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle]?.index ?? 0) < index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const before = this.changes[low - 1];
    const at = this.changes[low];
    const position =
      before === undefined
        ? index
        : before.start + before.height + (index - before.index - 1);
    return at?.index === index && at.height === 0
      ? Math.max(0, position - 1)
      : position;
  }

  /** The position of a run by its id, among what is loaded; -1 when it is not. */
  find(runId: string): number {
    for (const [index, run] of this.input.loaded) {
      if (run.run_id === runId) {
        return this.positionOf(index);
      }
      const position = this.input.opened
        .get(run.run_id)
        ?.runs.findIndex(child => child.run_id === runId);
      if (position !== undefined && position >= 0) {
        return this.positionOf(index) + 1 + position;
      }
    }
    return -1;
  }

  private heightOf(index: number, run: RunSummary): number {
    const group = this.groups.get(index);
    if (group?.isFolded && !group.isFirst) {
      return 0;
    }
    const children = this.input.opened.get(run.run_id);
    if (children === undefined) {
      return 1;
    }
    return 1 + children.runs.length + (needsMore(children) ? 1 : 0);
  }

  private runRow(index: number): Row {
    const run = this.input.loaded.get(index);
    if (run === undefined) {
      return { kind: 'pending', index };
    }
    return { kind: 'run', index, run, group: this.groups.get(index) ?? null };
  }

  private childRow(index: number, position: number): Row {
    const parentId = this.input.loaded.get(index)?.run_id ?? '';
    const children = this.input.opened.get(parentId);
    const run = children?.runs[position];
    if (run !== undefined) {
      return { kind: 'child', index, run, position };
    }
    const missing = (children?.total ?? 0) - (children?.runs.length ?? 0);
    return { kind: 'more', index, parentId, missing };
  }

  private changeBefore(position: number): Change | null {
    let low = 0;
    let high = this.changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle]?.start ?? 0) <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return this.changes[low - 1] ?? null;
  }

  private findGroups(): void {
    let members: number[] = [];
    let id = '';
    const close = (): void => {
      members.forEach((index, position) => {
        this.groups.set(index, {
          id,
          isFirst: position === 0,
          isLast: position === members.length - 1,
          isFolded: this.input.folded.has(id),
          size: members.length
        });
      });
    };
    for (const [index, run] of this.input.loaded) {
      if (id !== run.group_id || members.at(-1) !== index - 1) {
        if (members.length > 1) {
          close();
        }
        members = [];
        id = run.group_id;
      }
      if (id !== '') {
        members.push(index);
      }
    }
    if (members.length > 1) {
      close();
    }
  }
}

function needsMore(children: Children): boolean {
  return (
    children.isLoading || children.cursor !== '' || children.problem !== ''
  );
}
