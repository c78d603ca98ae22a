/** The runs of a table, in groups or not: which rows there are, fetched as they come into view. */
import type { Bucket } from '../../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from '../failure';
import type { ListQuery, ListState } from '../runlist';
import { queryOf, RunList } from '../runlist';
import type { TrailSource } from '../source';
import type { Section } from './sections';
import { SectionRows } from './sections';

/** Groups that are asked for. */
export const MAX_GROUPS = 1000;

/** The rows of one table. Its owner disposes of it. */
export class TableContent {
  private readonly flat: RunList;
  /** The lists of the groups that are opened, by the group's value. */
  private readonly lists = new Map<string | null, RunList>();
  private query: ListQuery | null = null;
  private groupBy = '';
  private buckets: readonly Bucket[] = [];
  private generation = 0;
  private groupState: ListState = 'loading';
  private groupFailure: TrailFailure | null = null;
  private groupQueryId = 0;
  private _groupCount = 0;
  private _rows = new SectionRows<Bucket>([]);
  private readonly _changed = new Signal<this, void>(this);
  private readonly _failed = new Signal<this, TrailFailure>(this);
  private readonly _answered = new Signal<this, void>(this);

  constructor(private readonly source: TrailSource) {
    this.flat = this.newList();
  }

  /** The rows changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get failed(): ISignal<this, TrailFailure> {
    return this._failed;
  }

  /** The rows are those of the store again. */
  get answered(): ISignal<this, void> {
    return this._answered;
  }

  get rows(): SectionRows<Bucket> {
    return this._rows;
  }

  get state(): ListState {
    return this.isGrouped ? this.groupState : this.flat.state;
  }

  get failure(): TrailFailure | null {
    return this.isGrouped ? this.groupFailure : this.flat.failure;
  }

  /** How many runs match. */
  get total(): number {
    return this.isGrouped
      ? this.buckets.reduce((sum, { count }) => sum + count, 0)
      : this.flat.total;
  }

  /** How many groups there are; those behind the first thousand are not listed. */
  get groupCount(): number {
    return this.isGrouped ? this._groupCount : 0;
  }

  /** Another number for the answers to another question. */
  get queryId(): number {
    return this.isGrouped ? -1 - this.groupQueryId : this.flat.queryId;
  }

  /** Ask for something else, grouped by a field where one is given; `firstRuns` as `RunList` has it. */
  async setQuery(
    query: ListQuery,
    groupBy: string,
    firstRuns?: number
  ): Promise<void> {
    this.query = query;
    this.generation += 1;
    if (groupBy === '') {
      this.groupBy = groupBy;
      this.closeGroups();
      await this.flat.setQuery(query, firstRuns);
      return;
    }
    if (groupBy !== this.groupBy) {
      this.buckets = [];
      this.groupState = 'loading';
    }
    this.groupBy = groupBy;
    await this.readGroups(true);
  }

  /** Ask for other values of the same runs. */
  async setMore(more: ListQuery['more']): Promise<void> {
    if (this.query === null) {
      return;
    }
    this.query = { ...this.query, more: more ?? {} };
    if (this.isGrouped) {
      for (const [value, list] of this.lists) {
        void list.setMore({ ...more, ...this.groupOf(value) });
      }
      await this.readGroups(false);
    } else {
      await this.flat.setMore(more ?? {});
    }
  }

  /** Ask again for what is shown. */
  async refresh(): Promise<void> {
    await (this.isGrouped ? this.readGroups(false) : this.flat.refresh());
  }

  /** Say which positions are in view. */
  want(first: number, last: number): void {
    for (const { list, from, to } of this._rows.within(first, last)) {
      list.want(from, to);
    }
  }

  /** Show or hide a group's runs. */
  async toggleGroup(value: string | null): Promise<void> {
    const open = this.lists.get(value);
    if (open !== undefined) {
      open.dispose();
      this.lists.delete(value);
      this.rebuild();
      return;
    }
    if (this.query !== null) {
      const list = this.newList();
      this.lists.set(value, list);
      const more = { ...this.query.more, ...this.groupOf(value) };
      await list.setQuery({ ...this.query, more });
    }
  }

  isOpened(runId: string): boolean {
    return this.all().some(list => list.isOpened(runId));
  }

  /** A run that is loaded. */
  get(runId: string): ReturnType<RunList['get']> {
    return this.holder(runId)?.get(runId) ?? null;
  }

  /** Show or hide the runs below a run. */
  async toggleChildren(runId: string): Promise<void> {
    await this.holder(runId)?.toggleChildren(runId);
  }

  async moreChildren(runId: string): Promise<void> {
    await this.holder(runId)?.moreChildren(runId);
  }

  dispose(): void {
    this.generation += 1;
    this.all().forEach(list => list.dispose());
    Signal.clearData(this);
  }

  private get isGrouped(): boolean {
    return this.groupBy !== '';
  }

  private all(): RunList[] {
    return [this.flat, ...this.lists.values()];
  }

  private holder(runId: string): RunList | undefined {
    return this.all().find(list => list.get(runId) !== null);
  }

  private groupOf(value: string | null): {
    group_by: string;
    group_value: string | null;
    is_any_group: boolean;
  } {
    return {
      group_by: this.groupBy,
      group_value: value,
      is_any_group: false
    };
  }

  private newList(): RunList {
    const list = new RunList(this.source);
    list.changed.connect(() => this.rebuild());
    list.failed.connect((_, failure) => this._failed.emit(failure));
    list.answered.connect(() => this._answered.emit());
    return list;
  }

  private closeGroups(): void {
    this.lists.forEach(list => list.dispose());
    this.lists.clear();
    this.buckets = [];
  }

  private async readGroups(isNew: boolean): Promise<void> {
    const { query, generation } = this;
    if (query === null) {
      return;
    }
    try {
      const answer = await this.source.ask(query.notebook, 'group_runs', {
        query: {
          ...queryOf(query),
          group_by: this.groupBy,
          limit: MAX_GROUPS
        }
      });
      if (generation === this.generation) {
        this.takeGroups(answer.buckets, isNew);
        this._groupCount = answer.total;
        this.rebuild();
        this._answered.emit();
      }
    } catch (reason) {
      if (generation === this.generation) {
        this.failGroups(TrailFailure.of(reason));
      }
    }
  }

  private takeGroups(buckets: readonly Bucket[], isNew: boolean): void {
    const values = new Set(buckets.map(({ value }) => value));
    for (const [value, list] of this.lists) {
      if (isNew || !values.has(value)) {
        list.dispose();
        this.lists.delete(value);
      } else {
        void list.refresh();
      }
    }
    this.buckets = buckets;
    this.groupState = 'ready';
    this.groupFailure = null;
    this.groupQueryId += isNew ? 1 : 0;
  }

  private failGroups(failure: TrailFailure): void {
    if (failure.kind === 'refused') {
      this.groupState = 'failed';
    }
    this.groupFailure = failure;
    this._changed.emit();
    this._failed.emit(failure);
  }

  private rebuild(): void {
    const sections: Section<Bucket>[] = this.isGrouped
      ? this.buckets.map(head => ({
          head,
          list: this.lists.get(head.value) ?? null
        }))
      : [{ head: null, list: this.flat }];
    this._rows = new SectionRows(sections);
    this._changed.emit();
  }
}
