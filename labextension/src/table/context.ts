/** What every part of a table may use. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import type { TableModel } from '../model/table/table';
import type { TableActions } from './actions';
import type { Editing } from './editing';

/** What the parts of a table share. */
export interface TableContext {
  model: TableModel;
  trans: TranslationBundle;
  /** A prefix of DOM ids: more than one table may be open. */
  id: string;
  actions: TableActions;
  editing: Editing;
  /** Say something to a screen reader. */
  announce(text: string): void;
}

export const Context = createContext<TableContext | null>(null);

/** What the parts of a table share. */
export function useTable(): TableContext {
  const context = useContext(Context);
  if (context === null) {
    throw new Error('a part of the table is used outside of it');
  }
  return context;
}
