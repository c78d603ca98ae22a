/** What every part of a run's page may use. */
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { createContext, useContext } from 'react';
import type { RunSummary } from '../api';
import type { PageModel } from '../model/page';
import type { RunContext } from '../run/context';

/** What the parts of a page share; the sections of the run take their share of it. */
export interface PageContext extends RunContext {
  model: PageModel;
  rendermime: IRenderMimeRegistry;
  /** Colours the code; null where JupyterLab offers none. */
  languages: IEditorLanguageRegistry | null;
  /** Ask with which run this one is compared, and show it. */
  compare(run: RunSummary): void;
  /** Show the run in the Trail panel. */
  showInTrail(runId: string): void;
  /** Show the table of all runs. */
  showRuns(): void;
  /** Put an address that shows this page into the clipboard. */
  copyLink(): void;
}

export const Context = createContext<PageContext | null>(null);

/** What the parts of a page share. */
export function usePage(): PageContext {
  const context = useContext(Context);
  if (context === null) {
    throw new Error('a part of a run’s page is used outside of it');
  }
  return context;
}
