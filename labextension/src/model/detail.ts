/** The run that is looked at, with the way back to where the reader came from. */
import type { MetricHistory, RunDetail } from '../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from './failure';
import type { Previews } from './previews';
import { previewsOf } from './previews';
import type { TrailSource } from './source';

/** Points of a sparkline: more cannot be seen in a narrow column. */
const SPARK_POINTS = 200;

/** One run in full. Its owner disposes of it. */
export class DetailModel {
  private way: string[] = [];
  private notebook = '';
  private generation = 0;
  private readonly histories = new Map<string, MetricHistory>();
  private _detail: RunDetail | null = null;
  private _failure: TrailFailure | null = null;
  private _note = '';
  private readonly _changed = new Signal<this, void>(this);
  /** The artifacts of the run's project. */
  readonly previews: Previews;
  private readonly _failed = new Signal<this, TrailFailure>(this);

  constructor(private readonly source: TrailSource) {
    this.previews = previewsOf(source, () => this.notebook);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A request failed. */
  get failed(): ISignal<this, TrailFailure> {
    return this._failed;
  }

  /** The run that is looked at; empty when it is the list. */
  get runId(): string {
    return this.way.at(-1) ?? '';
  }

  /** The run in full; null until it was read. */
  get detail(): RunDetail | null {
    return this._detail;
  }

  get failure(): TrailFailure | null {
    return this._failure;
  }

  /** Something to tell beside the run: that its cell is gone. */
  get note(): string {
    return this._note;
  }

  set note(text: string) {
    this._note = text;
    this._changed.emit();
  }

  /** Look at a run of the project that a notebook belongs to. */
  async open(notebook: string, runId: string): Promise<void> {
    this.notebook = notebook;
    if (this.runId !== runId) {
      this.way.push(runId);
    }
    await this.show();
  }

  /** Go back to the run before, or to the list. */
  async back(): Promise<void> {
    this.way.pop();
    await this.show();
  }

  /** Go back to the list. */
  close(): void {
    this.way = [];
    void this.show();
  }

  /** Read the run again; what was there stays until then. */
  async refresh(): Promise<void> {
    const runId = this.runId;
    if (runId === '') {
      return;
    }
    const generation = this.generation;
    try {
      const detail = await this.source.ask(this.notebook, 'get_run', {
        run_id: runId
      });
      if (generation === this.generation) {
        this._detail = detail;
        this._failure = null;
        this.histories.clear();
        this._changed.emit();
      }
    } catch (reason) {
      if (generation === this.generation) {
        this._failure = TrailFailure.of(reason);
        this._changed.emit();
        this._failed.emit(this._failure);
      }
    }
  }

  /** A metric's points, read once. */
  async history(key: string): Promise<MetricHistory | null> {
    const known = this.histories.get(key);
    if (known !== undefined) {
      return known;
    }
    const generation = this.generation;
    try {
      const history = await this.source.ask(this.notebook, 'metric_history', {
        run_id: this.runId,
        key,
        max_points: SPARK_POINTS
      });
      if (generation === this.generation) {
        this.histories.set(key, history);
      }
      return history;
    } catch (reason) {
      this._failed.emit(TrailFailure.of(reason));
      return null;
    }
  }

  dispose(): void {
    this.generation += 1;
    Signal.clearData(this);
  }

  private async show(): Promise<void> {
    this.generation += 1;
    this.histories.clear();
    this._detail = null;
    this._failure = null;
    this._note = '';
    this._changed.emit();
    await this.refresh();
  }
}
