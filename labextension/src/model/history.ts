/** The executions of one cell: a page after the other, the one that is chosen, and what it is held against. */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { PastExecution, StoreChanged } from '../api';
import { codePointLength, crc32 } from './crc32';
import { TrailFailure } from './failure';
import { Later } from './later';
import type { TrailSource } from './source';

const PAGE = 100;
const REFRESH_MS = 300;
/** Sources are kept while one looks through them; a megabyte each is possible. */
const MAX_SOURCES = 20;

/** What the chosen execution is compared with: the cell's text now, or the execution after it. */
export type Against = 'now' | 'next';

/** Whether a text is what an execution executed. */
export function isSourceOf(execution: PastExecution, text: string): boolean {
  return (
    codePointLength(text) === execution.source_length &&
    crc32(text) === execution.source_crc32
  );
}

/** The history of the cell that the reader asked about last. Its owner disposes of it. */
export class HistoryModel {
  private _notebook = '';
  private _cellId = '';
  private _executions: readonly PastExecution[] = [];
  private _total = 0;
  private _elsewhere = 0;
  private _withElsewhere = false;
  private _selected = '';
  private _against: Against = 'now';
  private _failure: TrailFailure | null = null;
  private _isLoading = false;
  private asked = 0;
  private readonly sources = new Map<string, string>();
  private readonly later = new Later();
  private readonly _changed = new Signal<this, void>(this);

  constructor(private readonly source: TrailSource) {
    source.storeChanged.connect(this.onStoreChanged, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The notebook's contents path; empty before a cell was asked about. */
  get notebook(): string {
    return this._notebook;
  }

  get cellId(): string {
    return this._cellId;
  }

  /** Those that were read, newest first. */
  get executions(): readonly PastExecution[] {
    return this._executions;
  }

  get total(): number {
    return this._total;
  }

  /** Executions of a cell with this id in notebooks of other names. */
  get elsewhere(): number {
    return this._elsewhere;
  }

  get withElsewhere(): boolean {
    return this._withElsewhere;
  }

  get against(): Against {
    return this.next === null ? 'now' : this._against;
  }

  get failure(): TrailFailure | null {
    return this._failure;
  }

  get isLoading(): boolean {
    return this._isLoading;
  }

  /** The chosen execution. */
  get selected(): PastExecution | null {
    return this._executions.find(this.isSelected) ?? null;
  }

  /** The execution after the chosen one; null after the last. */
  get next(): PastExecution | null {
    const place = this._executions.findIndex(this.isSelected);
    return this._executions[place - 1] ?? null;
  }

  /** Show the history of a cell. */
  async open(notebook: string, cellId: string): Promise<void> {
    if (notebook !== this._notebook || cellId !== this._cellId) {
      this._notebook = notebook;
      this._cellId = cellId;
      this._executions = [];
      this._total = 0;
      this._elsewhere = 0;
      this._withElsewhere = false;
      this._selected = '';
    }
    await this.refresh();
  }

  /** The notebook has another name now. */
  async rename(notebook: string): Promise<void> {
    this._notebook = notebook;
    await this.refresh();
  }

  /** Ask again for what is shown. */
  async refresh(): Promise<void> {
    await this.load(0, Math.max(this._executions.length, PAGE));
  }

  /** Read the next page. */
  async more(): Promise<void> {
    await this.load(this._executions.length, PAGE);
  }

  /** List the executions of a cell with this id under other names of the notebook too, or no longer. */
  async setWithElsewhere(isWanted: boolean): Promise<void> {
    this._withElsewhere = isWanted;
    await this.refresh();
  }

  select(executionId: string): void {
    this._selected = executionId;
    this._changed.emit();
  }

  compareWith(against: Against): void {
    this._against = against;
    this._changed.emit();
  }

  /** What an execution executed. Rejects with a TrailFailure. */
  async read(executionId: string): Promise<string> {
    const known = this.sources.get(executionId);
    if (known !== undefined) {
      return known;
    }
    const { source } = await this.source.ask(
      this._notebook,
      'executed_source',
      { execution_id: executionId }
    );
    this.sources.set(executionId, source);
    for (const oldest of this.sources.keys()) {
      if (this.sources.size <= MAX_SOURCES) {
        break;
      }
      this.sources.delete(oldest);
    }
    return source;
  }

  /** Whether a text was executed by this cell, as far as was read; null where more was than was read. */
  wasExecuted(text: string): boolean | null {
    if (this._executions.some(each => isSourceOf(each, text))) {
      return true;
    }
    return this._executions.length < this._total ? null : false;
  }

  dispose(): void {
    this.later.dispose();
    this.source.storeChanged.disconnect(this.onStoreChanged, this);
    Signal.clearData(this);
  }

  private readonly isSelected = (each: PastExecution): boolean =>
    each.execution_id === this._selected;

  private async load(offset: number, limit: number): Promise<void> {
    const asked = ++this.asked;
    this._isLoading = true;
    this._changed.emit();
    try {
      const page = await this.source.ask(this._notebook, 'cell_history', {
        notebook_path: this._notebook,
        cell_id: this._cellId,
        limit: Math.min(limit, 1000),
        offset,
        with_elsewhere: this._withElsewhere
      });
      if (asked !== this.asked) {
        return;
      }
      this._executions = [
        ...this._executions.slice(0, offset),
        ...page.executions
      ];
      this._total = page.total;
      this._elsewhere = page.elsewhere;
      this._failure = null;
      if (this.selected === null) {
        this._selected = this._executions[0]?.execution_id ?? '';
      }
    } catch (reason) {
      if (asked !== this.asked) {
        return;
      }
      this._failure = TrailFailure.of(reason);
    }
    this._isLoading = false;
    this._changed.emit();
  }

  private onStoreChanged(_: TrailSource, change: StoreChanged): void {
    if (
      this._cellId !== '' &&
      (change.is_partial || change.changed_notebooks.includes(this._notebook))
    ) {
      this.later.do('refresh', REFRESH_MS, () => this.refresh());
    }
  }
}
