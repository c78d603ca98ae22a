/** A table of runs: a view of the store, the rows that match it, and what is known of its columns. */
import type { RunKeys, RunSummary, StoreChanged } from '../../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from '../failure';
import { Later } from '../later';
import type { ListState } from '../runlist';
import { RunList } from '../runlist';
import type { TrailSource } from '../source';
import { firstColumns } from './columns';
import type { Section } from './sections';
import { SectionRows } from './sections';
import { Selection } from './selection';
import type { TableView } from './view';
import { questionOf } from './view';

/** Whose runs. */
export interface TablePlace {
  /** Contents path whose project is asked; empty for the server's root. */
  notebook: string;
  isNotebookOnly: boolean;
}

/** What the table needs to know of the connection, which the trail looks after. */
export interface Connection {
  readonly isOffline: boolean;
  readonly changed: ISignal<unknown, void>;
  /** The server answers again; what was told in between was not heard. */
  readonly recovered: ISignal<unknown, void>;
  suspectOffline(): void;
}

const REFRESH_MS = 300;
const KEYS_MS = 3000;
const SEARCH_MS = 250;
/** Changes of these ask another question; the rest is only shown otherwise. */
const ASKED: readonly (keyof TableView)[] = [
  'filter',
  'text',
  'group',
  'shelf',
  'isStarredOnly',
  'withReplays',
  'order'
];

/** The head of a group of runs. */
export interface GroupHead {
  value: string | null;
}

/** The model of one table. Its owner disposes of it. */
export class TableModel {
  readonly selection = new Selection();
  private _view: TableView;
  private _keys: RunKeys | null = null;
  private readonly list: RunList;
  private _rows: SectionRows<GroupHead>;
  private project = '';
  private isDisposed = false;
  private readonly later = new Later();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _viewChanged = new Signal<this, TableView>(this);

  constructor(
    private readonly source: TrailSource,
    readonly place: TablePlace,
    private readonly connection: Connection,
    view: TableView
  ) {
    this._view = view;
    this.list = new RunList(source);
    this._rows = new SectionRows(this.sections());
    this.list.changed.connect(this.onListChanged, this);
    this.list.failed.connect(this.onFailed, this);
    source.storeChanged.connect(this.onStoreChanged, this);
    connection.changed.connect(this.onConnection, this);
    connection.recovered.connect(this.onRecovered, this);
  }

  /** What is shown changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The reader changed the view. */
  get viewChanged(): ISignal<this, TableView> {
    return this._viewChanged;
  }

  get view(): TableView {
    return this._view;
  }

  /** The keys of the store; null until they are known. */
  get keys(): RunKeys | null {
    return this._keys;
  }

  get rows(): SectionRows<GroupHead> {
    return this._rows;
  }

  get state(): ListState {
    return this.list.state;
  }

  get failure(): TrailFailure | null {
    return this.list.failure;
  }

  /** The filter cannot be read; the rows are those of the question before. */
  get isMisread(): boolean {
    return this.state === 'failed' && this.failure?.error === 'FilterError';
  }

  /** How many runs match. */
  get total(): number {
    return this.list.total;
  }

  /** Another number for the answers to another question. */
  get queryId(): number {
    return this.list.queryId;
  }

  get isOffline(): boolean {
    return this.connection.isOffline;
  }

  /** Read the first page; the columns are chosen by the keys there are, where nobody chose. */
  async start(): Promise<void> {
    void this.findProject();
    if (this._view.columns === null) {
      await this.readKeys();
    } else {
      void this.readKeys();
    }
    if (!this.isDisposed) {
      await this.ask();
    }
  }

  /** Change the view; `isTyped` waits for the end of a word. */
  setView(change: Partial<TableView>, isTyped = false): void {
    const before = this._view;
    this._view = { ...before, ...change };
    this._changed.emit();
    this._viewChanged.emit(this._view);
    if (ASKED.some(name => this._view[name] !== before[name])) {
      this.selection.clear();
      this.later.do('ask', isTyped ? SEARCH_MS : 0, () => this.ask(), true);
    } else if (this._view.columns !== before.columns) {
      this.later.do('columns', 0, () => this.askColumns(before), true);
    }
  }

  /** Say which positions are in view. */
  want(first: number, last: number): void {
    for (const { list, from, to } of this._rows.within(first, last)) {
      list.want(from, to);
    }
  }

  /** Ask again for all that is shown. */
  async refresh(): Promise<void> {
    await Promise.all([this.list.refresh(), this.readKeys()]);
  }

  /** A run that is loaded. */
  get(runId: string): RunSummary | null {
    return this.list.get(runId);
  }

  isOpened(runId: string): boolean {
    return this.list.isOpened(runId);
  }

  /** Show or hide the runs below a run. */
  async toggleChildren(runId: string): Promise<void> {
    await this.list.toggleChildren(runId);
  }

  async moreChildren(runId: string): Promise<void> {
    await this.list.moreChildren(runId);
  }

  dispose(): void {
    this.isDisposed = true;
    this.later.dispose();
    this.source.storeChanged.disconnect(this.onStoreChanged, this);
    this.connection.changed.disconnect(this.onConnection, this);
    this.connection.recovered.disconnect(this.onRecovered, this);
    this.list.dispose();
    this.selection.dispose();
    Signal.clearData(this);
  }

  private sections(): Section<GroupHead>[] {
    return [{ head: null, list: this.list }];
  }

  private async ask(): Promise<void> {
    const { notebook, isNotebookOnly } = this.place;
    await this.list.setQuery({
      notebook,
      isNotebookOnly,
      text: this._view.text.trim(),
      filter: this._view.filter,
      more: questionOf(this._view)
    });
  }

  /** New columns need their values; fewer, or others in their order, need nothing. */
  private async askColumns(before: TableView): Promise<void> {
    const had = new Set(questionOf(before).keys ?? []);
    if (questionOf(this._view).keys?.some(key => !had.has(key))) {
      await this.list.setMore(questionOf(this._view));
    }
  }

  private async readKeys(): Promise<void> {
    try {
      const { notebook } = this.place;
      const keys = await this.source.ask(notebook, 'list_keys', {});
      if (this.isDisposed) {
        return;
      }
      this._keys = keys;
      if (this._view.columns === null) {
        this._view = { ...this._view, columns: firstColumns(keys) };
      }
      this._changed.emit();
    } catch (reason) {
      this.onFailed(this, TrailFailure.of(reason));
    }
  }

  private async findProject(): Promise<void> {
    try {
      const { current } = await this.source.projects(this.place.notebook);
      this.project = current;
    } catch (reason) {
      this.onFailed(this, TrailFailure.of(reason));
    }
  }

  private onListChanged(): void {
    this._rows = new SectionRows(this.sections());
    this._changed.emit();
  }

  private onStoreChanged(_: TrailSource, change: StoreChanged): void {
    if (change.project === this.project) {
      this.later.do('list', REFRESH_MS, () => this.list.refresh());
      this.later.do('keys', KEYS_MS, () => this.readKeys());
    }
  }

  private onConnection(): void {
    this._changed.emit();
  }

  private onRecovered(): void {
    if (this.project === '') {
      void this.findProject();
    }
    this.later.do('list', 0, () => this.refresh());
  }

  private onFailed(_: unknown, failure: TrailFailure): void {
    if (failure.kind === 'offline' && !this.isDisposed) {
      this.connection.suspectOffline();
    }
  }
}
