/** The run's files. */
import type { JSX } from 'react';
import type { RunDetail } from '../api';
import { ArtifactList } from '../preview/artifacts';
import { useRun } from './context';
import { Section } from './parts';

/** All artifacts. */
export function ArtifactsSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { model, trans, copy } = useRun();
  if (detail.artifacts.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Artifacts')} count={detail.artifacts.length}>
      <ArtifactList
        detail={detail}
        previews={model.detail.previews}
        trans={trans}
        copy={copy}
      />
    </Section>
  );
}
