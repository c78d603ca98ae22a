/** What the page of one run shows: the run in full, its replay, and the cells that led to it. */
import type {
  CurveAxis,
  Figure,
  MetricHistory,
  PastNote,
  RunCell,
  RunCells,
  RunEdit,
  RunResources,
  RunSummary,
  StoreChanged
} from '../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { DetailModel } from './detail';
import { TrailFailure } from './failure';
import { Later } from './later';
import { ReplayModel } from './replay';
import type { TrailSource } from './source';

/** Which run, and a notebook whose project has it. */
export interface PagePlace {
  notebook: string;
  runId: string;
}

/** The cells that were read so far. */
export interface CellList {
  /** What the last answer said; null until there is one. */
  told: RunCells | null;
  cells: readonly RunCell[];
  failure: TrailFailure | null;
  isAsking: boolean;
}

/** The time line, or why there is none. */
export interface ResourceState {
  told: RunResources | null;
  failure: TrailFailure | null;
}

const REFRESH_MS = 300;
const RETRY_MS = 2000;
const CELLS = 50;
const NO_CELLS: CellList = {
  told: null,
  cells: [],
  failure: null,
  isAsking: false
};

/** The model of one page. Its owner disposes of it. */
export class PageModel {
  readonly detail: DetailModel;
  readonly replay: ReplayModel;
  private _list = NO_CELLS;
  private _resources: ResourceState = { told: null, failure: null };
  private _isNeededOnly = true;
  private _isOffline = false;
  private turn = 0;
  private isDisposed = false;
  private readonly later = new Later();
  private readonly _changed = new Signal<this, void>(this);

  /**
   * @param source - The server.
   * @param place - Which run.
   * @param open - Shows another run.
   */
  constructor(
    private readonly source: TrailSource,
    readonly place: PagePlace,
    private readonly open: (runId: string) => void
  ) {
    this.detail = new DetailModel(source);
    this.replay = new ReplayModel(source);
    source.storeChanged.connect(this.onStoreChanged, this);
    this.detail.changed.connect(this.onDetail, this);
    this.detail.failed.connect(this.onFailed, this);
    this.replay.failed.connect(this.onFailed, this);
    this.replay.ended.connect(this.onReplayed, this);
  }

  /** Something other than the detail or the replay changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The cells, as far as they were read. */
  get list(): CellList {
    return this._list;
  }

  /** What the session took of the machine. */
  get resources(): ResourceState {
    return this._resources;
  }

  /** Whether only the cells that the run needs are shown. */
  get isNeededOnly(): boolean {
    return this._isNeededOnly;
  }

  /** The server does not answer; what is shown is the last that it said. */
  get isOffline(): boolean {
    return this._isOffline;
  }

  /** The run, once it was read. */
  get run(): RunSummary | null {
    return this.detail.detail?.run ?? null;
  }

  /** Ask for everything. */
  async start(): Promise<void> {
    const { notebook, runId } = this.place;
    await Promise.all([
      this.detail.open(notebook, runId),
      this.replay.follow(notebook, true),
      this.readCells(0),
      this.readResources()
    ]);
  }

  /** Ask again for everything; what was there stays until then. */
  async refresh(): Promise<void> {
    await Promise.all([
      this.detail.refresh(),
      this.replay.refresh(),
      this.readCells(0),
      this.readResources()
    ]);
  }

  openRun(runId: string): Promise<void> {
    this.open(runId);
    return Promise.resolve();
  }

  async letGo(runId: string): Promise<void> {
    await this.source.letGo(this.place.notebook, runId);
    await this.detail.refresh();
  }

  /** Change the run; rejects with a TrailFailure. */
  async edit(change: Omit<RunEdit, 'run_ids'>): Promise<void> {
    const { notebook, runId } = this.place;
    await this.source.edit(notebook, { run_ids: [runId], ...change });
    // the events are in the journal, and the store may not have read them yet
    await this.source.ask(notebook, 'fold', {});
    await this.detail.refresh();
  }

  /** The texts that the note had, newest first. */
  pastNotes(): Promise<PastNote[]> {
    const { notebook, runId } = this.place;
    return this.source.ask(notebook, 'list_notes', { run_id: runId });
  }

  /** Make a run of one of the cells, and show it; rejects with a TrailFailure. */
  async keepCell(cell: RunCell): Promise<void> {
    const { notebook } = this.place;
    const kept = await this.source.keep(notebook, {
      notebook_path: this.run?.notebook_path ?? notebook,
      cell_id: cell.cell_id,
      execution_id: cell.execution_id
    });
    this.open(kept.run_id);
  }

  /** Show only what the run needs, or all that its session executed before. */
  async showNeeded(isOnly: boolean): Promise<void> {
    this._isNeededOnly = isOnly;
    this._list = { ...NO_CELLS, told: this._list.told };
    this._changed.emit();
    await this.readCells(0);
  }

  /** Read the next cells. */
  async moreCells(): Promise<void> {
    await this.readCells(this._list.cells.length);
  }

  /** The whole of what one cell executed. */
  async wholeSource(executionId: string): Promise<string> {
    const found = await this.source.ask(
      this.place.notebook,
      'executed_source',
      { execution_id: executionId }
    );
    return found.source;
  }

  /** A metric's points; null where they cannot be read. */
  async curve(key: string, max_points: number): Promise<MetricHistory | null> {
    const { notebook, runId } = this.place;
    const run_id = this.run?.run_id ?? runId;
    try {
      return await this.source.ask(notebook, 'metric_history', {
        run_id,
        key,
        max_points
      });
    } catch (reason) {
      this.onFailed(this, TrailFailure.of(reason));
      return null;
    }
  }

  /** A metric's curve as a figure: smoothed, and with the cell that draws it again. Rejects with a TrailFailure. */
  async figure(
    metric: string,
    axis: CurveAxis,
    smoothing: number
  ): Promise<Figure> {
    const { notebook, runId } = this.place;
    const run_ids = [this.run?.run_id ?? runId];
    const question = { kind: 'curves' as const, run_ids, metric, axis };
    try {
      return await this.source.compareFigure(notebook, {
        ...question,
        smoothing
      });
    } catch (reason) {
      throw TrailFailure.of(reason);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.later.dispose();
    this.source.storeChanged.disconnect(this.onStoreChanged, this);
    this.detail.dispose();
    this.replay.dispose();
    Signal.clearData(this);
  }

  private async readResources(): Promise<void> {
    const { notebook, runId } = this.place;
    try {
      const told = await this.source.runResources(notebook, runId);
      this._resources = { told, failure: null };
    } catch (reason) {
      this._resources = {
        ...this._resources,
        failure: TrailFailure.of(reason)
      };
    }
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private async readCells(offset: number): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    const before = this._list.cells.slice(0, offset);
    // what is read again is at least as much as was shown
    const limit =
      offset === 0 ? Math.max(CELLS, this._list.cells.length) : CELLS;
    this._list = { ...this._list, isAsking: true };
    this._changed.emit();
    try {
      const told = await this.source.runCells(this.place.notebook, {
        run_id: this.place.runId,
        only_needed: this._isNeededOnly,
        offset,
        limit
      });
      this.take(turn, {
        told,
        cells: [...before, ...told.cells],
        failure: null,
        isAsking: false
      });
    } catch (reason) {
      const failure = TrailFailure.of(reason);
      this.take(turn, { ...this._list, failure, isAsking: false });
      this.onFailed(this, failure);
    }
  }

  private take(turn: number, list: CellList): void {
    if (turn === this.turn && !this.isDisposed) {
      this._list = list;
      this._changed.emit();
    }
  }

  private onStoreChanged(_: TrailSource, change: StoreChanged): void {
    if (
      change.is_partial ||
      change.changed_run_ids.some(id => id.startsWith(this.place.runId))
    ) {
      this.later.do('run', REFRESH_MS, async () => {
        await Promise.all([
          this.detail.refresh(),
          this.readCells(0),
          this.readResources()
        ]);
      });
    }
    if (change.replay_revision > 0) {
      void this.replay.hear(change.replay_revision);
    }
  }

  private onReplayed(): void {
    this.later.do('run', REFRESH_MS, () => this.detail.refresh());
  }

  /** A detail that came says that the server answers. */
  private onDetail(): void {
    if (this._isOffline && this.detail.failure === null) {
      this._isOffline = false;
      this._changed.emit();
      this.later.do('cells', 0, () => this.readCells(0));
      this.later.do('resources', 0, () => this.readResources());
      this.later.do('replay', 0, () => this.replay.refresh());
    }
  }

  private onFailed(_: unknown, failure: TrailFailure): void {
    if (failure.kind !== 'offline' || this.isDisposed) {
      return;
    }
    if (!this._isOffline) {
      this._isOffline = true;
      this._changed.emit();
    }
    this.later.do('retry', RETRY_MS, () => this.detail.refresh());
  }
}
