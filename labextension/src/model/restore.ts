/** A run's executed sources and an open notebook: what would change in its cells, before anything does. */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { RestoreCell, RestorePlan, RunSummary } from '../api';
import { TrailFailure } from './failure';
import { isSourceOf } from './history';
import type { TrailSource } from './source';

const MAX_HISTORY = 1000;

/** `replace`: the cell has another text now; `insert`: there is no such cell now; `same`: nothing would change. */
export type ChangeKind = 'replace' | 'insert' | 'same';

/** What would happen for one executed cell. */
export interface CellChange {
  kind: ChangeKind;
  executed: RestoreCell;
  /** The cell's id in the open notebook; that of the cell to come where it is inserted. */
  cellId: string;
  /** What the cell says now; empty where it is inserted. */
  before: string;
}

/** A cell of the open notebook; one that is locked, or became another kind of cell, takes no code. */
export interface PresentCell {
  id: string;
  source: string;
  takesCode: boolean;
}

/** What would happen to an open notebook, in executed order; of a cell that ran several times its last execution. */
export function planChanges(
  cells: readonly RestoreCell[],
  present: readonly PresentCell[]
): CellChange[] {
  const known = new Map(present.map(each => [each.id, each]));
  const written = new Set(present.map(each => each.source));
  return cells
    .filter(executed => executed.is_last)
    .map(executed => {
      const { cell_id: ownId, execution_id: otherId, source } = executed;
      const own = known.get(ownId);
      const isOwn = own?.takesCode !== false || own.source === source;
      const cellId = ownId !== '' && isOwn ? ownId : otherId;
      const before = known.get(cellId)?.source;
      if (before === undefined) {
        // A cell without an id is only known by its text.
        const isThere = ownId === '' && written.has(source);
        const kind = isThere ? 'same' : 'insert';
        return { kind, executed, cellId, before: '' };
      }
      const kind = before === source ? 'same' : 'replace';
      return { kind, executed, cellId, before };
    });
}

/**
 * Where the cells that are gone go: after the cell that was executed before them and is there, else at the top.
 *
 * @returns For each change to insert, the index that it gets; to be inserted in this order.
 */
export function placesOf(
  changes: readonly CellChange[],
  ids: readonly string[]
): Map<CellChange, number> {
  const order = [...ids];
  const places = new Map<CellChange, number>();
  let last = -1;
  for (const change of changes) {
    if (change.kind === 'insert') {
      last += 1;
      order.splice(last, 0, change.cellId);
      places.set(change, last);
    } else {
      const place = order.indexOf(change.cellId);
      last = place >= 0 ? place : last;
    }
  }
  return places;
}

/** What would go, as one text: equal for two lists that would replace the same texts of the same cells. */
export function replacedText(changes: readonly CellChange[]): string {
  return JSON.stringify(
    changes
      .filter(({ kind }) => kind === 'replace')
      .map(({ cellId, before }) => [cellId, before])
  );
}

/** The restoration of one run, before it is carried out. Its owner disposes of it. */
export class RestoreModel {
  private _plan: RestorePlan | null = null;
  private _failure: TrailFailure | null = null;
  private _isFull = false;
  private _unexecuted: ReadonlySet<string> = new Set();
  private lookedAt: string | null = null;
  private asked = 0;
  private readonly _changed = new Signal<this, void>(this);

  /**
   * @param source - The server.
   * @param notebook - A notebook of the run's project, as a contents path; empty for the server's root.
   * @param run - The run.
   */
  constructor(
    private readonly source: TrailSource,
    readonly notebook: string,
    readonly run: Pick<RunSummary, 'run_id'>
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Null until the server told. */
  get plan(): RestorePlan | null {
    return this._plan;
  }

  get failure(): TrailFailure | null {
    return this._failure;
  }

  get isFull(): boolean {
    return this._isFull;
  }

  /** The cells whose present text no execution has: it would be nowhere but in the undo history. */
  get unexecuted(): ReadonlySet<string> {
    return this._unexecuted;
  }

  /** Whether it is known which of the texts that would go were never executed. */
  isKnown(changes: readonly CellChange[]): boolean {
    return this.lookedAt === replacedText(changes);
  }

  /** Ask what the run needs, or for all that its session executed. */
  async load(isFull: boolean): Promise<void> {
    const asked = ++this.asked;
    this._isFull = isFull;
    this._failure = null;
    this._changed.emit();
    try {
      const plan = await this.source.restorePlan(this.notebook, {
        run_id: this.run.run_id,
        is_full: isFull
      });
      if (asked === this.asked) {
        this._plan = plan;
      }
    } catch (reason) {
      if (asked === this.asked) {
        this._plan = null;
        this._failure = TrailFailure.of(reason);
      }
    }
    this._changed.emit();
  }

  /** Find the cells that have a text which was never executed; asked of those only whose text would go. */
  async lookForUnexecuted(
    notebook: string,
    changes: readonly CellChange[]
  ): Promise<void> {
    const found = new Set<string>();
    for (const { kind, cellId, before } of changes) {
      if (kind !== 'replace' || before.trim() === '') {
        continue;
      }
      if (!(await this.wasExecuted(notebook, cellId, before))) {
        found.add(cellId);
      }
    }
    this._unexecuted = found;
    this.lookedAt = replacedText(changes);
    this._changed.emit();
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private async wasExecuted(
    notebook: string,
    cellId: string,
    text: string
  ): Promise<boolean> {
    try {
      const { executions } = await this.source.ask(notebook, 'cell_history', {
        notebook_path: notebook,
        cell_id: cellId,
        limit: MAX_HISTORY
      });
      return executions.some(each => isSourceOf(each, text));
    } catch {
      return false; // what cannot be told counts as text that exists nowhere else
    }
  }
}
