/** A list that may be very long: its first lines, and at each press some more, since no page holds 12,000 at once. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import { useState } from 'react';
import { formatCount } from '../model/format';

/** What is shown of a list, and the button for more; null where all is shown. */
export interface First<T> {
  shown: readonly T[];
  more: JSX.Element | null;
}

/** The first of a list, `step` more at each press. */
export function useFirst<T>(
  items: readonly T[],
  first: number,
  step: number,
  trans: TranslationBundle
): First<T> {
  const [limit, setLimit] = useState(first);
  const missing = items.length - limit;
  if (missing <= 0) {
    return { shown: items, more: null };
  }
  const next = Math.min(step, missing);
  const more = (
    <button
      type="button"
      className="ct-Link"
      onClick={() => setLimit(limit + step)}
    >
      {next === missing
        ? trans.__('Show %1 more', formatCount(missing))
        : trans.__(
            'Show %1 more of %2',
            formatCount(next),
            formatCount(missing)
          )}
    </button>
  );
  return { shown: items.slice(0, limit), more };
}
