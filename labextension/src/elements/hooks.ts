/** Between Lumino's signals and React's renders. */
import type { ISignal } from '@lumino/signaling';
import { useEffect, useReducer, useState } from 'react';

/** Render again when a model says that it changed. */
export function useChanges(model: { changed: ISignal<unknown, void> }): void {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const slot = (): void => render();
    model.changed.connect(slot);
    // What changed between the first render and this effect would be missed.
    render();
    return () => {
      model.changed.disconnect(slot);
    };
  }, [model]);
}

/** The time in milliseconds, moving each second while something runs, else each half minute. */
export function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const tick = (): void => setNow(Date.now());
    tick();
    const timer = setInterval(tick, isRunning ? 1000 : 30_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
