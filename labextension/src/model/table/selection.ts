/** The runs that the reader has marked, by id: they stay marked while they are out of view. */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** More runs than these are not acted on at once. */
export const MAX_SELECTED = 1000;

/** Marked runs, in the order in which they were marked. Its owner disposes of it. */
export class Selection {
  private readonly marked = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get size(): number {
    return this.marked.size;
  }

  get ids(): string[] {
    return [...this.marked];
  }

  has(runId: string): boolean {
    return this.marked.has(runId);
  }

  /** Mark a run, or take its mark. */
  toggle(runId: string): void {
    if (!this.marked.delete(runId)) {
      this.marked.add(runId);
    }
    this.trim();
  }

  /** Mark runs beside those that are marked. */
  add(runIds: readonly string[]): void {
    runIds.forEach(id => this.marked.add(id));
    this.trim();
  }

  /** Mark these runs and no others. */
  replace(runIds: readonly string[]): void {
    this.marked.clear();
    this.add(runIds);
  }

  clear(): void {
    if (this.marked.size > 0) {
      this.marked.clear();
      this._changed.emit();
    }
  }

  dispose(): void {
    Signal.clearData(this);
  }

  private trim(): void {
    for (const id of [...this.marked].slice(MAX_SELECTED)) {
      this.marked.delete(id);
    }
    this._changed.emit();
  }
}
