/** What every part of the panel may use. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import type { RunSummary } from '../api';
import type { TrailModel } from '../model/trail';

/** What the panel's parts share. */
export interface PanelContext {
  model: TrailModel;
  trans: TranslationBundle;
  /** Scroll to the run's cell and select it. */
  goToCell(run: RunSummary): void;
  /** Save a copy of a notebook that a replay wrote beside the run's own, and open it; resolves to what went wrong. */
  openReplayNotebook(name: string, run: RunSummary): Promise<string>;
  /** Show the listed runs as a table. */
  openTable(): void;
  /** Show what differs between runs in the main area. */
  compare(runIds: readonly string[]): void;
  /** Show what a restore of the run would change. */
  restore(run: RunSummary): void;
  copy(text: string): void;
  /** Say something to a screen reader; what comes together is said together. */
  announce(text: string): void;
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
