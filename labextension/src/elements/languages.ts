/** Highlighting for the code of a notebook, in its own language. */
import type { Extension } from '@codemirror/state';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** Highlightings by MIME type; each is loaded once. */
export class Languages {
  private readonly known = new Map<string, Extension>();
  private readonly _changed = new Signal<this, void>(this);

  constructor(private readonly registry: IEditorLanguageRegistry | null) {}

  /** One was loaded. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Load that of a notebook, for the next time that it is asked for. */
  learn(panel: NotebookPanel): void {
    const mime = mimeOf(panel);
    if (this.known.has(mime)) {
      return;
    }
    const language = this.registry?.findByMIME(mime) ?? null;
    if (language !== null) {
      void this.registry?.getLanguage(language).then(loaded => {
        if (loaded?.support !== undefined) {
          this.known.set(mime, loaded.support);
          this._changed.emit();
        }
      });
    }
  }

  /** That of a notebook; absent until it is loaded. */
  of(panel: NotebookPanel | null): Extension | undefined {
    return panel === null ? undefined : this.known.get(mimeOf(panel));
  }
}

function mimeOf(panel: NotebookPanel): string {
  return panel.isDisposed ? '' : panel.content.codeMimetype;
}
