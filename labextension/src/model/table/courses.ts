/** Metrics over their steps for the runs in view: asked together, a moment after the scrolling stops. */
import type { MetricHistory } from '../../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from '../failure';
import { Later } from '../later';
import type { TrailSource } from '../source';

const WAIT_MS = 120;
/** Runs in one request. */
const AT_ONCE = 100;
const POINTS = 48;
/** Courses that are kept; then the oldest are forgotten. */
const KEPT = 2000;

/** The courses of a table's columns. Its owner disposes of it. */
export class Courses {
  private readonly known = new Map<string, MetricHistory | null>();
  private readonly wanted = new Map<string, Set<string>>();
  private readonly later = new Later();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _failed = new Signal<this, TrailFailure>(this);

  constructor(
    private readonly source: TrailSource,
    private readonly notebook: string
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get failed(): ISignal<this, TrailFailure> {
    return this._failed;
  }

  /** A run's course; null where it has none, undefined until that is known: then it is asked for. */
  get(runId: string, key: string): MetricHistory | null | undefined {
    return this.known.get(`${runId} ${key}`);
  }

  /** Say that courses are in view. */
  want(runIds: readonly string[], key: string): void {
    const missing = runIds.filter(id => !this.known.has(`${id} ${key}`));
    if (missing.length > 0) {
      this.wanted.set(key, new Set(missing));
      this.later.do('read', WAIT_MS, () => this.read(), true);
    }
  }

  /** Forget what may have grown. */
  forget(runIds: readonly string[] | null): void {
    if (runIds === null) {
      this.known.clear();
    } else {
      const gone = new Set(runIds);
      for (const id of this.known.keys()) {
        if (gone.has(id.slice(0, id.indexOf(' ')))) {
          this.known.delete(id);
        }
      }
    }
    this._changed.emit();
  }

  dispose(): void {
    this.later.dispose();
    Signal.clearData(this);
  }

  private async read(): Promise<void> {
    const wanted = [...this.wanted];
    this.wanted.clear();
    try {
      await Promise.all(
        wanted.map(([key, ids]) =>
          this.readKey(key, [...ids].slice(0, AT_ONCE))
        )
      );
    } catch (reason) {
      this._failed.emit(TrailFailure.of(reason));
    }
    this._changed.emit();
  }

  private async readKey(key: string, runIds: string[]): Promise<void> {
    const found = await this.source.ask(this.notebook, 'metric_courses', {
      run_ids: runIds,
      key,
      max_points: POINTS
    });
    const byRun = new Map(found.map(each => [each.run_id, each]));
    runIds.forEach(id => this.known.set(`${id} ${key}`, byRun.get(id) ?? null));
    for (const id of [...this.known.keys()].slice(0, -KEPT)) {
      this.known.delete(id);
    }
  }
}
