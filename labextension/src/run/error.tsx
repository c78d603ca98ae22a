/** What stopped the run. */
import type { JSX } from 'react';
import type { RunDetail } from '../api';
import { useRun } from './context';
import { CopyButton, Fold, Section } from './parts';

/** The exception as the user saw it. */
export function ErrorSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const error = detail.error;
  if (error === null) {
    return null;
  }
  return (
    <Section title={trans.__('Error')}>
      <p className="ct-Error" dir="auto">
        <strong>{error.name}</strong>
        {error.message === '' ? '' : `: ${error.message}`}
      </p>
      {error.traceback !== '' && (
        <Fold title={trans.__('Traceback')}>
          <div className="ct-Code">
            <pre tabIndex={0} aria-label={trans.__('Traceback')}>
              {error.traceback}
            </pre>
            <CopyButton text={error.traceback} what="traceback" />
          </div>
        </Fold>
      )}
    </Section>
  );
}
