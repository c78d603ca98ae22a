/** What stands in a view's place when the server cannot give it: the reason, and the two ways on. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import { Message } from './message';

/** The reason, a button that asks again, and one that leads to all runs. */
export function Refused(props: {
  title: string;
  reason: string;
  trans: TranslationBundle;
  again: () => void;
  showRuns: () => void;
}): JSX.Element {
  const { title, reason, trans, again, showRuns } = props;
  return (
    <Message title={title} isAlert>
      <p className="ct-Message-reason" dir="auto">
        {reason}
      </p>
      <div className="ct-Message-actions">
        <button type="button" className="ct-Button" onClick={showRuns}>
          {trans.__('Choose from all runs')}
        </button>
        <button type="button" className="ct-Button" onClick={again}>
          {trans.__('Try again')}
        </button>
      </div>
    </Message>
  );
}
