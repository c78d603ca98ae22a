/** Which sections of run pages are folded: the same on all pages of this browser, and after a reload. */
import type { Folds } from '../run/context';

const KEY = 'celltrail:run-page-folds';

/** Keeps them in the browser's own storage; where that is closed, as long as the window is open. */
export class KeptFolds implements Folds {
  private readonly known: Map<string, boolean>;

  constructor() {
    this.known = new Map(read());
  }

  isOpen(name: string, isOpenAtFirst: boolean): boolean {
    return this.known.get(name) ?? isOpenAtFirst;
  }

  set(name: string, isOpen: boolean): void {
    if (this.known.get(name) !== isOpen) {
      this.known.set(name, isOpen);
      try {
        window.localStorage.setItem(
          KEY,
          JSON.stringify(Object.fromEntries(this.known))
        );
      } catch {
        // a browser may forbid it
      }
    }
  }
}

function read(): [string, boolean][] {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}');
    return Object.entries(kept as object).filter(
      (each): each is [string, boolean] => typeof each[1] === 'boolean'
    );
  } catch {
    return [];
  }
}
