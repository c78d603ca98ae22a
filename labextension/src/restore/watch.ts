/** Tells when the notebook at a path is opened, closed or edited. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { findNotebook } from '../elements/cells';

const SETTLE_MS = 400;

/** Watches one path. Its owner disposes of it. */
export class NotebookWatch {
  private panel: NotebookPanel | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tracker: INotebookTracker,
    private readonly path: string,
    private readonly onChange: () => void
  ) {
    tracker.widgetAdded.connect(this.find, this);
    this.find();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.tracker.widgetAdded.disconnect(this.find, this);
    this.leave();
  }

  private find(): void {
    const panel = findNotebook(this.tracker, this.path);
    if (panel === null || panel === this.panel) {
      return;
    }
    this.leave();
    this.panel = panel;
    panel.disposed.connect(this.onClosed, this);
    void panel.context.ready.then(() => {
      if (this.panel === panel && !panel.isDisposed) {
        panel.content.model?.contentChanged.connect(this.soon, this);
        this.soon();
      }
    });
  }

  private leave(): void {
    if (this.panel !== null && !this.panel.isDisposed) {
      this.panel.disposed.disconnect(this.onClosed, this);
      this.panel.content.model?.contentChanged.disconnect(this.soon, this);
    }
    this.panel = null;
  }

  private onClosed(): void {
    this.panel = null;
    this.soon();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.onChange(), SETTLE_MS);
  }
}
