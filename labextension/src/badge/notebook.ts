/** Puts badges on the cells of one notebook and keeps them true while it is edited. */
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { PanelLayout } from '@lumino/widgets';
import type { CellBadge, RunSummary } from '../api';
import { BadgeModel } from '../model/badges';
import type { TrailSource } from '../model/source';
import type { Provenance } from '../model/staleness';
import { provenances, staleness } from '../model/staleness';
import { BadgeWidget } from './badge';

/** Editing is not followed keystroke by keystroke. */
const SETTLE_MS = 250;

interface Placed {
  cell: Cell;
  widget: BadgeWidget;
}

/** The badges of one notebook. Its owner disposes of it. */
export class NotebookBadges {
  private readonly model: BadgeModel;
  private readonly placed = new Map<string, Placed>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isDisposed = false;

  constructor(
    private readonly panel: NotebookPanel,
    source: TrailSource,
    private readonly trans: TranslationBundle,
    private readonly onOpen: (run: RunSummary) => void
  ) {
    this.model = new BadgeModel(source, () => panel.context.localPath);
    this.model.changed.connect(this.sync, this);
    panel.context.pathChanged.connect(this.onPathChanged, this);
    panel.content.modelChanged.connect(this.followCells, this);
    panel.disposed.connect(this.dispose, this);
    this.followCells();
  }

  /** Ask for the badges again. */
  refresh(): void {
    this.model.refresh();
  }

  /** Take all badges off again; a second call does nothing. */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.model.dispose();
    this.panel.context.pathChanged.disconnect(this.onPathChanged, this);
    this.panel.content.modelChanged.disconnect(this.followCells, this);
    this.panel.content.model?.cells.changed.disconnect(this.syncSoon, this);
    this.panel.disposed.disconnect(this.dispose, this);
    [...this.placed.keys()].forEach(id => this.remove(id));
  }

  private followCells(): void {
    this.panel.content.model?.cells.changed.connect(this.syncSoon, this);
    this.syncSoon();
  }

  private onPathChanged(): void {
    this.model.refresh();
  }

  private syncSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sync();
    }, SETTLE_MS);
  }

  private sync(): void {
    const { badges, links } = this.model;
    const seen = new Set<string>();
    const present = this.panel.content.widgets.map(({ model }) => ({
      id: model.id,
      source: model.sharedModel.getSource()
    }));
    const origins = provenances(links, present);
    for (const cell of this.panel.content.widgets) {
      const badge = badges.get(cell.model.id);
      if (badge?.run) {
        seen.add(cell.model.id);
        this.place(cell, badge, badge.run, origins.get(badge.execution_id));
      }
    }
    for (const id of [...this.placed.keys()]) {
      if (!seen.has(id)) {
        this.remove(id);
      }
    }
  }

  private place(
    cell: Cell,
    badge: CellBadge,
    run: RunSummary,
    origin: Provenance | undefined
  ): void {
    const id = cell.model.id;
    let placed = this.placed.get(id);
    if (placed !== undefined && placed.cell !== cell) {
      this.remove(id);
      placed = undefined;
    }
    if (placed === undefined) {
      placed = { cell, widget: new BadgeWidget(this.trans, this.onOpen) };
      this.placed.set(id, placed);
      cell.model.contentChanged.connect(this.onContentChanged, this);
      this.attach(placed);
    }
    const source = cell.model.sharedModel.getSource();
    placed.widget.render(badge, run, staleness(badge, source, origin));
  }

  /** A cell out of view has no layout yet; its badge waits with it. */
  private attach({ cell, widget }: Placed): void {
    void cell.ready.then(() => {
      if (cell.isDisposed || widget.isDisposed) {
        return;
      }
      const layout = cell.layout as PanelLayout;
      const input = layout.widgets.findIndex(each =>
        each.hasClass('jp-Cell-inputWrapper')
      );
      layout.insertWidget(input + 1, widget);
    });
  }

  private remove(id: string): void {
    const placed = this.placed.get(id);
    this.placed.delete(id);
    if (placed !== undefined) {
      placed.widget.dispose();
      if (!placed.cell.isDisposed) {
        placed.cell.model.contentChanged.disconnect(
          this.onContentChanged,
          this
        );
      }
    }
  }

  private onContentChanged(): void {
    this.syncSoon();
  }
}
