/** Says to a screen reader what happened, politely: not more often than it can be heard. */
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

const PAUSE_MS = 1500;
/** Of more than these at once only the number is worth saying. */
const MAX_TEXTS = 3;

/** The panel's voice. Its owner disposes of it. */
export class Announcer {
  private texts: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private _current = '';
  private readonly _changed = new Signal<this, void>(this);

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What is said now. */
  get current(): string {
    return this._current;
  }

  /** Say something soon; what was wished last is said when there is too much. */
  say(text: string): void {
    this.texts.push(text);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this._current = this.texts.slice(-MAX_TEXTS).join('. ');
      this.texts = [];
      this._changed.emit();
    }, PAUSE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    Signal.clearData(this);
  }
}
