/** The open cell whose history is shown: whoever shows it hears when its text, its place or its notebook's name changes. */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { findCell } from '../elements/cells';

const SETTLE_MS = 250;

/** Follows one cell at a time. Its owner disposes of it. */
export class FollowedCell {
  private _panel: NotebookPanel | null = null;
  private cellId = '';
  private connected: Cell | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _renamed = new Signal<this, string>(this);

  /** Its text or its place is another one, or it is gone. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Its notebook has another path. */
  get renamed(): ISignal<this, string> {
    return this._renamed;
  }

  /** The notebook that it is in; null once that is closed. */
  get panel(): NotebookPanel | null {
    return this._panel;
  }

  follow(panel: NotebookPanel, cellId: string): void {
    this.leave();
    this._panel = panel;
    this.cellId = cellId;
    panel.context.pathChanged.connect(this.onPath, this);
    panel.content.model?.cells.changed.connect(this.changeSoon, this);
    panel.disposed.connect(this.onClosed, this);
    this.connect();
  }

  /** The cell and its index; null where it is gone. */
  find(): ReturnType<typeof findCell> {
    return findCell(this._panel, this.cellId);
  }

  /** The cell's text; null where it is gone. */
  source(): string | null {
    return this.find()?.cell.model.sharedModel.getSource() ?? null;
  }

  dispose(): void {
    this.leave();
    Signal.clearData(this);
  }

  /** The widget of a cell is another one after its type was changed to and fro. */
  private connect(): void {
    const cell = this.find()?.cell ?? null;
    if (cell !== this.connected) {
      this.disconnect();
      this.connected = cell;
      cell?.model.contentChanged.connect(this.changeSoon, this);
    }
  }

  private disconnect(): void {
    if (this.connected !== null && !this.connected.isDisposed) {
      this.connected.model.contentChanged.disconnect(this.changeSoon, this);
    }
    this.connected = null;
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.disconnect();
    if (this._panel !== null) {
      this._panel.context.pathChanged.disconnect(this.onPath, this);
      this._panel.content.model?.cells.changed.disconnect(
        this.changeSoon,
        this
      );
      this._panel.disposed.disconnect(this.onClosed, this);
    }
    this._panel = null;
  }

  private onClosed(): void {
    this._panel = null;
    this.connected = null;
    this._changed.emit();
  }

  private onPath(): void {
    this._renamed.emit(this._panel?.context.localPath ?? '');
  }

  private changeSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.connect();
      this._changed.emit();
    }, SETTLE_MS);
  }
}
