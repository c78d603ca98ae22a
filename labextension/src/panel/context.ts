/** What every part of the panel may use. */
import { createContext, useContext } from 'react';
import type { TrailModel } from '../model/trail';
import type { RunContext } from '../run/context';

/** What the panel's parts share; a run's sections take their share of it. */
export interface PanelContext extends RunContext {
  model: TrailModel;
  /** Show the listed runs as a table. */
  openTable(): void;
  /** Show what differs between runs in the main area. */
  compare(runIds: readonly string[]): void;
  /** Show one run on a page of its own. */
  openPage(runId: string): void;
}

export const Context = createContext<PanelContext | null>(null);

/** What the panel's parts share. */
export function usePanel(): PanelContext {
  const context = useContext(Context);
  if (context === null) {
    throw new Error('a part of the Trail panel is used outside of it');
  }
  return context;
}
