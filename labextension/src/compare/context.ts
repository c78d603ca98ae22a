/** What every part of a comparison may use. */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext } from 'react';
import type { CompareModel } from '../model/compare';

/** What the parts of a comparison share. */
export interface CompareContext {
  model: CompareModel;
  trans: TranslationBundle;
  rendermime: IRenderMimeRegistry;
  /** Colours the code; null where JupyterLab offers none. */
  languages: IEditorLanguageRegistry | null;
  /** Tells when the colours change; null where there is one theme. */
  themes: IThemeManager | null;
  openRun(runId: string): void;
  /** Show the table of all runs. */
  showRuns(): void;
  copy(text: string): void;
  /** Say something to a screen reader. */
  announce(text: string): void;
}

export const Context = createContext<CompareContext | null>(null);

/** What the parts of a comparison share. */
export function useCompare(): CompareContext {
  const context = useContext(Context);
  if (context === null) {
    throw new Error('a part of the comparison is used outside of it');
  }
  return context;
}
