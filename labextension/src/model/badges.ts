/** The badges of one notebook's cells, and whether what they say still holds. */
import type { CellBadge, CellLink, StoreChanged } from '../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { codePointLength, crc32 } from './crc32';
import type { TrailSource } from './source';

const REFRESH_MS = 300;

/** Whether a cell's source is another one than the one that ran. */
export function isCodeChanged(badge: CellBadge, source: string): boolean {
  return (
    codePointLength(source) !== badge.source_length ||
    crc32(source) !== badge.source_crc32
  );
}

/** The badges of a notebook, by cell id. Its owner disposes of it. */
export class BadgeModel {
  private _badges: ReadonlyMap<string, CellBadge> = new Map();
  private _links: readonly CellLink[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);

  /**
   * @param source - The server.
   * @param notebook - Tells the notebook's contents path, which a rename changes.
   */
  constructor(
    private readonly source: TrailSource,
    private readonly notebook: () => string
  ) {
    source.storeChanged.connect(this.onStoreChanged, this);
    this.refresh();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get badges(): ReadonlyMap<string, CellBadge> {
    return this._badges;
  }

  /** What the badges' runs rest on. */
  get links(): readonly CellLink[] {
    return this._links;
  }

  /** Ask again soon; wishes within that time are one request. */
  refresh(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.load();
    }, REFRESH_MS);
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.source.storeChanged.disconnect(this.onStoreChanged, this);
    Signal.clearData(this);
  }

  private onStoreChanged(_: TrailSource, change: StoreChanged): void {
    if (
      change.is_partial ||
      change.changed_notebooks.includes(this.notebook())
    ) {
      this.refresh();
    }
  }

  private async load(): Promise<void> {
    const notebook = this.notebook();
    try {
      const about = { notebook_path: notebook };
      const badges = await this.source.ask(notebook, 'list_badges', about);
      const links = badges.some(badge => badge.run !== null)
        ? await this.source.ask(notebook, 'list_links', about)
        : [];
      if (!this.isDisposed) {
        this._links = links;
        this._badges = new Map(badges.map(badge => [badge.cell_id, badge]));
        this._changed.emit();
      }
    } catch {
      // The panel tells of it; old badges are better than none, and the next event asks again.
    }
  }
}
