/** What a table is told from outside: whose runs it shows, and whether the server answers. */
import type { ISignal } from '@lumino/signaling';

/** Whose runs. */
export interface TablePlace {
  /** Contents path whose project is asked; empty for the server's root. */
  notebook: string;
  isNotebookOnly: boolean;
}

/** What the table needs to know of the connection, which the trail looks after. */
export interface Connection {
  readonly isOffline: boolean;
  readonly changed: ISignal<unknown, void>;
  /** The server answers again; what was told in between was not heard. */
  readonly recovered: ISignal<unknown, void>;
  suspectOffline(): void;
}
