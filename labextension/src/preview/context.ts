/** What the parts of a preview may use; the view that shows them provides it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { createContext, useContext, useEffect, useState } from 'react';
import { TrailFailure } from '../model/failure';
import type { Previews } from '../model/previews';

/** What a view gives. */
export interface PreviewContext {
  previews: Previews;
  trans: TranslationBundle;
  copy(text: string): void;
}

export const Context = createContext<PreviewContext | null>(null);

/** What the parts of a preview share. */
export function usePreview(): PreviewContext {
  const context = useContext(Context);
  if (context === null) {
    throw new Error('a part of a preview is used outside of one');
  }
  return context;
}

/** What was asked for: the last answer stays while the next is waited for. */
export interface Asked<T> {
  answer: T | null;
  problem: string;
  isWaiting: boolean;
}

/**
 * Ask, and ask again when the question is another.
 *
 * @param ask - Kept by `useCallback`; null asks nothing.
 */
export function useAsked<T>(ask: (() => Promise<T>) | null): Asked<T> {
  const [state, setState] = useState<Asked<T>>({
    answer: null,
    problem: '',
    isWaiting: true
  });
  useEffect(() => {
    let isCurrent = true;
    const set = (next: (before: Asked<T>) => Asked<T>): void => {
      if (isCurrent) {
        setState(next);
      }
    };
    if (ask !== null) {
      set(before => ({ ...before, isWaiting: true }));
      ask().then(
        answer => set(() => ({ answer, problem: '', isWaiting: false })),
        (reason: unknown) =>
          set(() => ({
            answer: null,
            problem: TrailFailure.of(reason).message,
            isWaiting: false
          }))
      );
    }
    return () => {
      isCurrent = false;
    };
  }, [ask]);
  return state;
}
