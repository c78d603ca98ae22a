/** The runs that match one query, page by page, kept fresh while the store changes. */
import type { RunPage, RunQuery, RunSummary } from '../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from './failure';
import type { Children } from './rows';
import { Rows } from './rows';
import type { TrailSource } from './source';

/** Runs per request. */
export const PAGE_SIZE = 200;
/** Pages that are kept: those near the reader. */
const KEPT_PAGES = 24;

/** What is asked for. */
export interface ListQuery {
  /** Contents path whose project is asked; empty for the server's root. */
  notebook: string;
  /** Only this notebook's runs. */
  isNotebookOnly: boolean;
  text: string;
  filter: string;
  /** The rest of the question, such as the order and the keys to return. */
  more?: Partial<RunQuery>;
}

/** `loading`: nothing to show yet; `failed`: nothing to show, see `failure`. */
export type ListState = 'loading' | 'ready' | 'failed';

/** What is asked for in the words of the store, for all pages. */
export function queryOf(asked: ListQuery): RunQuery {
  const { notebook, isNotebookOnly, text, filter, more } = asked;
  const query: RunQuery = { ...more };
  if (text !== '') {
    query.text = text;
  }
  if (filter !== '') {
    query.filter = filter;
  }
  if (isNotebookOnly) {
    query.notebook_path = notebook;
  }
  return query;
}

/** A list of runs. Its owner disposes of it. */
export class RunList {
  private query: ListQuery = {
    notebook: '',
    isNotebookOnly: false,
    text: '',
    filter: ''
  };
  private pages = new Map<number, readonly RunSummary[]>();
  private readonly opened = new Map<string, Children>();
  private readonly folded = new Set<string>();
  private readonly asked = new Set<number>();
  private wanted: readonly [number, number] = [0, 0];
  private generation = 0;
  private isNewQuery = false;
  private abort = new AbortController();
  private _state: ListState = 'loading';
  private _failure: TrailFailure | null = null;
  private _rows = new Rows({
    total: 0,
    loaded: new Map(),
    opened: new Map(),
    folded: new Set()
  });
  private _total = 0;
  private _replayCount = 0;
  private _queryId = 0;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _failed = new Signal<this, TrailFailure>(this);
  private readonly _answered = new Signal<this, void>(this);

  constructor(private readonly source: TrailSource) {}

  /** What is shown changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A request failed; what was there is kept. */
  get failed(): ISignal<this, TrailFailure> {
    return this._failed;
  }

  /** A request succeeded. */
  get answered(): ISignal<this, void> {
    return this._answered;
  }

  get state(): ListState {
    return this._state;
  }

  get failure(): TrailFailure | null {
    return this._failure;
  }

  get rows(): Rows {
    return this._rows;
  }

  /** How many runs match. */
  get total(): number {
    return this._total;
  }

  /** How many runs of replays match and are left out. */
  get replayCount(): number {
    return this._replayCount;
  }

  /** Another number for the answers to another query: then the reader is at the top again. */
  get queryId(): number {
    return this._queryId;
  }

  /**
   * Ask for something else. What is shown stays until the answer is there, unless it is another project's.
   * Fewer runs than a page come sooner; then the caller asks for the rest by `refresh` or `setMore`.
   */
  async setQuery(query: ListQuery, firstRuns = PAGE_SIZE): Promise<void> {
    const isElsewhere =
      query.notebook !== this.query.notebook ||
      query.isNotebookOnly !== this.query.isNotebookOnly;
    this.query = query;
    this.opened.clear();
    // What cannot be read is mostly half typed: what was there stays.
    const isBroken =
      this._state === 'failed' && this._failure?.error !== 'FilterError';
    if (isElsewhere || isBroken) {
      this.pages.clear();
      this._total = 0;
      this._state = 'loading';
    }
    this.wanted = [0, 0];
    this.isNewQuery = true;
    await this.load([0], true, firstRuns);
  }

  /** Ask for other values of the same runs: the reader stays where they are. */
  async setMore(more: Partial<RunQuery>): Promise<void> {
    this.query = { ...this.query, more };
    await this.refresh();
  }

  /** Ask again for what is in view. */
  async refresh(): Promise<void> {
    if (this._state === 'failed') {
      this._state = 'loading';
      this._changed.emit();
    }
    await this.load(this.wantedPages(), true);
    const parents = [...this.opened.keys()];
    await Promise.all(parents.map(id => this.loadChildren(id, '')));
  }

  /** Say which positions are in view; their pages and the neighbours are fetched when they are missing. */
  want(first: number, last: number): void {
    const from = this._rows.at(first);
    const to = this._rows.at(Math.min(last, this._rows.count - 1));
    if (from === null || to === null) {
      return;
    }
    this.wanted = [from.index, to.index];
    const missing = this.wantedPages().filter(
      page => !this.pages.has(page) && !this.asked.has(page)
    );
    if (missing.length > 0) {
      void this.load(missing, false);
    }
  }

  /** Whether a run's children are shown. */
  isOpened(runId: string): boolean {
    return this.opened.has(runId);
  }

  /** Show or hide a run's children. */
  async toggleChildren(runId: string): Promise<void> {
    if (this.opened.delete(runId)) {
      this.rebuild();
      return;
    }
    await this.loadChildren(runId, '');
  }

  /** Fetch the next children of a run that is opened. */
  async moreChildren(runId: string): Promise<void> {
    await this.loadChildren(runId, this.opened.get(runId)?.cursor ?? '');
  }

  /** Fold a loop's runs into the newest of them, or show them again. */
  toggleGroup(groupId: string): void {
    if (!this.folded.delete(groupId)) {
      this.folded.add(groupId);
    }
    this.rebuild();
  }

  /** A run that is loaded. */
  get(runId: string): RunSummary | null {
    const row = this._rows.at(this._rows.find(runId));
    return row !== null && (row.kind === 'run' || row.kind === 'child')
      ? row.run
      : null;
  }

  /** Forget everything; late answers are dropped. */
  dispose(): void {
    this.generation += 1;
    this.abort.abort();
    Signal.clearData(this);
  }

  private wantedPages(): number[] {
    const [first, last] = this.wanted;
    const from = Math.max(0, Math.floor((first - PAGE_SIZE / 2) / PAGE_SIZE));
    const lastPage = Math.max(0, Math.ceil(this._total / PAGE_SIZE) - 1);
    const to = Math.min(
      lastPage,
      Math.floor((last + PAGE_SIZE / 2) / PAGE_SIZE)
    );
    const pages: number[] = [];
    for (let page = Math.min(from, to); page <= to; page += 1) {
      pages.push(page);
    }
    return pages;
  }

  /** Fetch pages; `isFresh` replaces all that was there, in one step, so that no page shows another moment. */
  private async load(
    pages: number[],
    isFresh: boolean,
    limit = PAGE_SIZE
  ): Promise<void> {
    if (isFresh) {
      this.generation += 1;
      this.abort.abort();
      this.abort = new AbortController();
      this.asked.clear();
    }
    const generation = this.generation;
    pages.forEach(page => this.asked.add(page));
    try {
      const answers = await Promise.all(
        pages.map(page => this.fetchPage(page, limit))
      );
      if (generation === this.generation) {
        this.take(pages, answers, isFresh);
      }
    } catch (reason) {
      if (generation === this.generation) {
        this.fail(TrailFailure.of(reason));
      }
    } finally {
      if (generation === this.generation) {
        pages.forEach(page => this.asked.delete(page));
      }
    }
  }

  private fetchPage(page: number, limit: number): Promise<RunPage> {
    const { notebook } = this.query;
    const offset = page * PAGE_SIZE;
    const query: RunQuery = { ...queryOf(this.query), limit, offset };
    return this.source.ask(
      notebook,
      'search_runs',
      { query },
      this.abort.signal
    );
  }

  private take(pages: number[], answers: RunPage[], isFresh: boolean): void {
    if (isFresh) {
      this.pages.clear();
    }
    pages.forEach((page, position) => {
      const answer = answers[position];
      if (answer !== undefined) {
        this.pages.set(page, answer.runs);
      }
    });
    const total = answers[0]?.total ?? 0;
    const isMoved = !isFresh && total !== this._total;
    this._total = total;
    this._replayCount = answers[0]?.replay_count ?? 0;
    this._state = 'ready';
    this._failure = null;
    if (this.isNewQuery) {
      this.isNewQuery = false;
      this._queryId += 1;
    }
    this.dropFarPages();
    this.rebuild();
    this._answered.emit();
    if (isMoved) {
      void this.load(this.wantedPages(), true);
    }
  }

  private fail(failure: TrailFailure): void {
    if (this._state !== 'ready' || failure.kind === 'refused') {
      this._state = failure.kind === 'refused' ? 'failed' : this._state;
      this._failure = failure;
    }
    this._changed.emit();
    this._failed.emit(failure);
  }

  private async loadChildren(parentId: string, cursor: string): Promise<void> {
    const before = this.opened.get(parentId);
    const kept = before?.runs ?? [];
    this.opened.set(parentId, {
      runs: kept,
      total: before?.total ?? kept.length,
      cursor,
      isLoading: true,
      problem: ''
    });
    if (before === undefined) {
      this.rebuild();
    }
    const children = await this.fetchChildren(parentId, cursor, kept);
    if (this.opened.has(parentId)) {
      this.opened.set(parentId, children);
      this.rebuild();
    }
  }

  private async fetchChildren(
    parentId: string,
    cursor: string,
    kept: readonly RunSummary[]
  ): Promise<Children> {
    const query: RunQuery = {
      keys: this.query.more?.keys ?? [],
      max_value_length: this.query.more?.max_value_length ?? 0,
      shelf: this.query.more?.shelf ?? 'active',
      parent_run_id: parentId,
      limit: cursor === '' ? Math.max(PAGE_SIZE, kept.length) : PAGE_SIZE,
      cursor,
      order_by: ['attributes.start_time']
    };
    try {
      const page = await this.source.ask(this.query.notebook, 'search_runs', {
        query
      });
      const runs = cursor === '' ? page.runs : [...kept, ...page.runs];
      return {
        runs,
        total: page.total,
        cursor: page.next_cursor,
        isLoading: false,
        problem: ''
      };
    } catch (reason) {
      const problem = TrailFailure.of(reason).message;
      return {
        runs: kept,
        total: kept.length,
        cursor,
        isLoading: false,
        problem
      };
    }
  }

  private dropFarPages(): void {
    const middle = (this.wanted[0] + this.wanted[1]) / 2 / PAGE_SIZE;
    const near = [...this.pages.keys()]
      .sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
      .slice(0, KEPT_PAGES)
      .sort((a, b) => a - b);
    this.pages = new Map(near.map(page => [page, this.pages.get(page) ?? []]));
  }

  private rebuild(): void {
    const loaded = new Map<number, RunSummary>();
    for (const [page, runs] of this.pages) {
      runs.forEach((run, position) =>
        loaded.set(page * PAGE_SIZE + position, run)
      );
    }
    this._rows = new Rows({
      total: this._total,
      loaded,
      opened: this.opened,
      folded: this.folded
    });
    this._changed.emit();
  }
}
