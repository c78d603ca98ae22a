/** A table of runs: a view of the store, the rows that match it, and what is known of its columns. */
import type {
  Bucket,
  RunEdit,
  RunKeys,
  RunSummary,
  SavedView,
  StoreChanged
} from '../../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from '../failure';
import { Later } from '../later';
import type { ListQuery, ListState } from '../runlist';
import { queryOf } from '../runlist';
import type { TrailSource } from '../source';
import type { Extremes } from './best';
import { extremesOf } from './best';
import { fieldOf, firstColumns, newColumn, withColumn } from './columns';
import { TableContent } from './content';
import { Courses } from './courses';
import type { Connection, TablePlace } from './place';
import type { SectionRows } from './sections';
import { MAX_SELECTED, Selection } from './selection';
import type { TableView } from './view';
import { parseView, questionOf, writeView } from './view';

/** What is to be changed of runs. */
export type Change = Omit<RunEdit, 'run_ids'>;

const FIRST_RUNS = 50; // as many as are in view on a large screen
const REFRESH_MS = 300;
const KEYS_MS = 3000;
const BEST_MS = 250;
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

/** The model of one table. Its owner disposes of it. */
export class TableModel {
  readonly selection = new Selection();
  readonly courses: Courses;
  private _view: TableView;
  private _keys: RunKeys | null = null;
  private _views: readonly SavedView[] = [];
  private _extremes: Extremes = new Map();
  private readonly content: TableContent;
  private inView: readonly [number, number] = [0, 0];
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
    this.content = new TableContent(source);
    this.courses = new Courses(source, place.notebook);
    this.content.changed.connect(this.tell, this);
    this.content.failed.connect(this.onFailed, this);
    this.content.answered.connect(this.onAnswered, this);
    this.courses.failed.connect(this.onFailed, this);
    source.storeChanged.connect(this.onStoreChanged, this);
    connection.changed.connect(this.tell, this);
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

  /** The views that were kept for the project. */
  get views(): readonly SavedView[] {
    return this._views;
  }

  /** The extremes of the metrics that are shown, over all runs that match. */
  get extremes(): Extremes {
    return this._extremes;
  }

  get rows(): SectionRows<Bucket> {
    return this.content.rows;
  }

  get state(): ListState {
    return this.content.state;
  }

  get failure(): TrailFailure | null {
    return this.content.failure;
  }

  /** The filter cannot be read; the rows are those of the question before. */
  get isMisread(): boolean {
    return this.state === 'failed' && this.failure?.error === 'FilterError';
  }

  /** How many runs match. */
  get total(): number {
    return this.content.total;
  }

  /** How many groups they are in; 0 where they are not grouped. */
  get groupCount(): number {
    return this.content.groupCount;
  }

  /** Another number for the answers to another question. */
  get queryId(): number {
    return this.content.queryId;
  }

  get isOffline(): boolean {
    return this.connection.isOffline;
  }

  /** Read the first page. Where nobody chose columns the runs' names come at once, and the values with the keys. */
  async start(): Promise<void> {
    const isUnchosen = this._view.columns === null;
    void this.findProject();
    await this.ask(isUnchosen ? FIRST_RUNS : undefined);
    if (this.isDisposed) {
      return;
    }
    await Promise.all([this.readKeys(), this.readViews()]);
    if (isUnchosen && this._view.columns === null) {
      await this.content.refresh();
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
      this.want(...this.inView);
    }
  }

  /** Say which positions are in view. */
  want(first: number, last: number): void {
    this.inView = [first, last];
    this.content.want(first, last);
    const { columns } = this._view;
    const drawn = (columns ?? []).filter(({ source }) => source === 'course');
    if (drawn.length > 0) {
      const ids = this.runIdsAt(first, last);
      drawn.forEach(({ key }) => this.courses.want(ids, key));
    }
  }

  /** The loaded runs between two positions. */
  runIdsAt(first: number, last: number): string[] {
    const ids: string[] = [];
    for (let position = first; position <= last; position += 1) {
      const row = this.rows.at(position);
      if (row !== null && 'run' in row) {
        ids.push(row.run.run_id);
      }
    }
    return ids;
  }

  /** Ask again for all that is shown. */
  async refresh(): Promise<void> {
    const parts = [this.readKeys(), this.readViews()];
    await Promise.all([this.content.refresh(), ...parts]);
  }

  /** A run that is loaded. */
  get(runId: string): RunSummary | null {
    return this.content.get(runId);
  }

  isOpened(runId: string): boolean {
    return this.content.isOpened(runId);
  }

  /** Show or hide the runs below a run. */
  async toggleChildren(runId: string): Promise<void> {
    await this.content.toggleChildren(runId);
  }

  async moreChildren(runId: string): Promise<void> {
    await this.content.moreChildren(runId);
  }

  /** Show or hide a group's runs. */
  async toggleGroup(value: string | null): Promise<void> {
    await this.content.toggleGroup(value);
  }

  /** Mark all runs that match, as many as can be marked at once. */
  async selectAll(): Promise<void> {
    const { notebook } = this.place;
    const query = {
      ...queryOf(this.question()),
      keys: [],
      limit: MAX_SELECTED
    };
    const { runs } = await this.source.ask(notebook, 'search_runs', { query });
    this.selection.replace(runs.map(run => run.run_id));
  }

  /** Change runs; rejects with a TrailFailure. */
  async edit(runIds: readonly string[], change: Change): Promise<void> {
    const edit = { run_ids: [...runIds], ...change };
    await this.source.edit(this.place.notebook, edit);
    for (const { key } of change.tags ?? []) {
      const columns = this._view.columns ?? [];
      this.setView({ columns: withColumn(columns, newColumn('tags', key)) });
    }
    this.later.do('list', REFRESH_MS, () => this.content.refresh());
  }

  /** Keep the view under a name; an empty one is taken away. */
  async saveView(name: string, isKept: boolean): Promise<void> {
    const definition = isKept ? writeView(this._view) : '';
    const wish = { name, definition };
    const saved = await this.source.saveView(this.place.notebook, wish);
    const others = this._views.filter(each => each.name !== saved.name);
    this._views = (isKept ? [...others, saved] : others).sort((a, b) =>
      a.name.localeCompare(b.name)
    );
    this._changed.emit();
  }

  /** The columns of a table that nobody has changed. */
  firstColumns(): TableView['columns'] {
    return this._keys === null ? null : firstColumns(this._keys);
  }

  /** Show a view that was kept; false where there is none of that name. */
  openView(name: string): boolean {
    const view = this._views.find(each => each.name === name);
    if (view !== undefined) {
      this.setView(parseView(view.definition));
    }
    return view !== undefined;
  }

  dispose(): void {
    this.isDisposed = true;
    this.later.dispose();
    this.source.storeChanged.disconnect(this.onStoreChanged, this);
    this.connection.changed.disconnect(this.tell, this);
    this.connection.recovered.disconnect(this.onRecovered, this);
    this.content.dispose();
    this.courses.dispose();
    this.selection.dispose();
    Signal.clearData(this);
  }

  private question(): ListQuery {
    const { notebook, isNotebookOnly } = this.place;
    return {
      notebook,
      isNotebookOnly,
      text: this._view.text.trim(),
      filter: this._view.filter,
      more: questionOf(this._view)
    };
  }

  private async ask(firstRuns?: number): Promise<void> {
    const { group } = this._view;
    await this.content.setQuery(
      this.question(),
      group === null ? '' : fieldOf(group),
      firstRuns
    );
  }

  /** New columns need their values; fewer, or others in their order, need nothing. */
  private async askColumns(before: TableView): Promise<void> {
    const had = new Set(questionOf(before).keys ?? []);
    if (questionOf(this._view).keys?.some(key => !had.has(key))) {
      await this.content.setMore(questionOf(this._view));
    }
  }

  private async readKeys(): Promise<void> {
    await this.read(async () => {
      const keys = await this.source.ask(this.place.notebook, 'list_keys', {});
      this._keys = keys;
      // A project that is just being opened has no keys yet: its columns are chosen once it has.
      if (
        this._view.columns === null &&
        keys.metrics.length + keys.params.length > 0
      ) {
        this._view = { ...this._view, columns: firstColumns(keys) };
        await this.content.setMore(questionOf(this._view));
      }
    });
  }

  private async readViews(): Promise<void> {
    await this.read(async () => {
      const { notebook } = this.place;
      this._views = await this.source.ask(notebook, 'list_views', {});
    });
  }

  /** The best of each metric's column; the rows do not wait for it. */
  private async readExtremes(): Promise<void> {
    await this.read(async () => {
      const query = { ...queryOf(this.question()), order_by: [], limit: 1 };
      const { notebook } = this.place;
      const found = await this.source.ask(notebook, 'group_runs', { query });
      this._extremes = extremesOf(found.buckets);
    });
  }

  private async findProject(): Promise<void> {
    await this.read(async () => {
      const { current } = await this.source.projects(this.place.notebook);
      this.project = current;
    });
  }

  private async read(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.tell();
    } catch (reason) {
      this.onFailed(this, TrailFailure.of(reason));
    }
  }

  private tell(): void {
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private onAnswered(): void {
    if (this._view.columns?.some(({ source }) => source === 'metrics')) {
      this.later.do('best', BEST_MS, () => this.readExtremes(), true);
    }
  }

  private onStoreChanged(_: TrailSource, change: StoreChanged): void {
    if (change.project === this.project) {
      this.later.do('list', REFRESH_MS, () => this.content.refresh());
      const isNew = this._view.columns === null;
      this.later.do('keys', isNew ? 0 : KEYS_MS, () => this.readKeys());
      this.later.do('views', KEYS_MS, () => this.readViews());
      this.courses.forget(change.is_partial ? null : change.changed_run_ids);
    }
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
