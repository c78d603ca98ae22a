/** What the sections of one run may use, wherever they stand: in the panel, or on a page of its own. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import type { RunSummary } from '../api';
import type { DetailModel } from '../model/detail';
import type { ReplayModel } from '../model/replay';

/** Where the run is looked at. */
export interface RunHolder {
  readonly detail: DetailModel;
  readonly replay: ReplayModel;
  /** Look at another run. */
  openRun(runId: string): Promise<void>;
  /** Take a kept run out of the lists. */
  letGo(runId: string): Promise<void>;
}

/** Which sections the reader has folded. */
export interface Folds {
  isOpen(name: string, isOpenAtFirst: boolean): boolean;
  set(name: string, isOpen: boolean): void;
}

/** What the sections share. */
export interface RunContext {
  model: RunHolder;
  trans: TranslationBundle;
  /** Keeps what was folded; each section begins anew where there is none. */
  folds?: Folds;
  /** The rank of the sections' headings; h3 where it is not said. */
  heading?: 'h2' | 'h3';
  /** Scroll to the run's cell and select it. */
  goToCell(run: RunSummary): void;
  /** Save a copy of a notebook that a replay wrote beside the run's own, and open it; resolves to what went wrong. */
  openReplayNotebook(name: string, run: RunSummary): Promise<string>;
  /** Show what a restore of the run would change. */
  restore(run: RunSummary): void;
  copy(text: string): void;
  /** Say something to a screen reader; what comes together is said together. */
  announce(text: string): void;
}

export const SectionsContext = createContext<RunContext | null>(null);

/** What the sections share. */
export function useRun(): RunContext {
  const context = useContext(SectionsContext);
  if (context === null) {
    throw new Error('a section of a run is used outside of one');
  }
  return context;
}
