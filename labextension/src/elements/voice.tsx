/** Where what is said to a screen reader stands in the DOM. */
import type { JSX } from 'react';
import type { Announcer } from './announcer';
import { useChanges } from './hooks';

/** What a screen reader hears, and nobody sees. */
export function Voice({ announcer }: { announcer: Announcer }): JSX.Element {
  useChanges(announcer);
  return (
    <div className="ct-Voice" role="status" aria-live="polite">
      {announcer.current}
    </div>
  );
}
