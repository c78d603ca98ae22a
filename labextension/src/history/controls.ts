/** The small control at each code cell of a notebook that shows the cell's history. */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { historyIcon } from '@jupyterlab/ui-components';

const SETTLE_MS = 250;
const CLASS = 'ct-HistoryControl';

/** The controls of one notebook. Its owner disposes of it. */
export class HistoryControls {
  private readonly placed = new Map<Cell, HTMLElement>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isDisposed = false;

  constructor(
    private readonly panel: NotebookPanel,
    private readonly trans: TranslationBundle,
    private readonly onOpen: (cell: Cell) => void
  ) {
    panel.content.modelChanged.connect(this.followCells, this);
    panel.disposed.connect(this.dispose, this);
    this.followCells();
  }

  /** Take all controls off again; a second call does nothing. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.panel.content.modelChanged.disconnect(this.followCells, this);
    this.panel.content.model?.cells.changed.disconnect(this.syncSoon, this);
    this.panel.disposed.disconnect(this.dispose, this);
    this.placed.forEach(node => node.remove());
    this.placed.clear();
  }

  private followCells(): void {
    this.panel.content.model?.cells.changed.connect(this.syncSoon, this);
    this.syncSoon();
  }

  private syncSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sync();
    }, SETTLE_MS);
  }

  private sync(): void {
    const cells = new Set<Cell>(this.panel.content.widgets);
    for (const cell of cells) {
      if (cell.model.type === 'code' && !this.placed.has(cell)) {
        this.placed.set(cell, this.place(cell));
      }
    }
    for (const [cell, node] of this.placed) {
      if (!cells.has(cell)) {
        node.remove();
        this.placed.delete(cell);
      }
    }
  }

  private place(cell: Cell): HTMLElement {
    const button = document.createElement('button');
    const label = this.trans.__('History of this cell');
    button.type = 'button';
    button.className = CLASS;
    button.title = label;
    button.setAttribute('aria-label', label);
    // Enter and Space press the button: they are no commands of the notebook here.
    button.setAttribute('data-lm-suppress-shortcuts', 'true');
    historyIcon.element({ container: button, tag: 'span' });
    button.addEventListener('click', event => {
      event.stopPropagation();
      this.onOpen(cell);
    });
    cell.node.appendChild(button);
    return button;
  }
}
