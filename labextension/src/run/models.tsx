/** The run's models. */
import type { JSX } from 'react';
import type { RunDetail } from '../api';
import { ModelList } from '../preview/models';
import { useRun } from './context';
import { Section } from './parts';

/** All models. */
export function ModelsSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { model, trans, copy } = useRun();
  if (detail.models.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Models')} count={detail.models.length}>
      <ModelList
        detail={detail}
        previews={model.detail.previews}
        trans={trans}
        copy={copy}
      />
    </Section>
  );
}
