/** The row that fetches what a list does not show yet. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import { formatCount } from '../model/format';

/** How many more there are. */
export function More(props: {
  missing: number;
  trans: TranslationBundle;
}): JSX.Element {
  const { missing, trans } = props;
  return (
    <span className="ct-Row-more">
      {missing > 0
        ? trans._n(
            'Show %2 more',
            'Show %2 more',
            missing,
            formatCount(missing)
          )
        : trans.__('Loading…')}
    </span>
  );
}
