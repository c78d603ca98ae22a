/** What the parts of the history share. */
import type { Extension } from '@codemirror/state';
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import type { PastExecution } from '../api';
import type { HistoryModel } from '../model/history';
import type { Obstacle } from '../elements/cells';

/** What the history can do, and what it is about. */
export interface HistoryContext {
  model: HistoryModel;
  trans: TranslationBundle;
  /** Highlighting for the notebook's language; absent where there is none. */
  language(): Extension | undefined;
  /** The cell's text as it is in the open notebook; null where there is no such cell. */
  present(): string | null;
  /** What stands in the way of a restore. */
  obstacle(): Obstacle;
  /** Put a source back into the cell. */
  restore(execution: PastExecution, source: string): void;
  insertBelow(source: string): void;
  copy(source: string): void;
  keep(execution: PastExecution): Promise<void>;
  openRun(runId: string): void;
}

export const Context = createContext<HistoryContext | null>(null);

/** What the parts of the history share. */
export function useHistory(): HistoryContext {
  const context = useContext(Context);
  if (context === null) {
    throw new Error('a part of the history is used outside of it');
  }
  return context;
}
