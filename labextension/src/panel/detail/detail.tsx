/** One run in full. */
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import type { RunDetail } from '../../api';
import { usePanel } from '../context';
import { ArtifactsSection } from './artifacts';
import { ChildrenSection, GroupSection, TagsSection } from './relations';
import { CodeSection } from './code';
import { DatasetsSection } from './datasets';
import { ErrorSection } from './error';
import { DetailHeader, DetailTop } from './header';
import { AmbiguousSection, MetricsSection } from './metrics';
import { ParamsSection } from './params';
import { ReplaySection } from './replay';
import { ResourcesSection } from './resources';
import { SourcesSection } from './sources';
import {
  EnvironmentSection,
  HardwareSection,
  SeedSection
} from './surroundings';

/** The detail view; Escape goes back. */
export function Detail(): JSX.Element {
  const { model, trans } = usePanel();
  const { detail, failure } = model.detail;
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => top.current?.focus({ preventScroll: true }), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      void model.detail.back();
    }
  };
  return (
    <div
      ref={top}
      className="ct-Detail"
      role="group"
      tabIndex={-1}
      aria-label={trans.__('Run')}
      aria-busy={detail === null && failure === null}
      onKeyDown={onKeyDown}
    >
      <DetailTop />
      {failure !== null && (
        <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
          {failure.message}
          <button
            type="button"
            className="ct-Link"
            onClick={() => void model.detail.refresh()}
          >
            {trans.__('Try again')}
          </button>
        </div>
      )}
      {detail !== null && <Sections detail={detail} />}
    </div>
  );
}

function Sections({ detail }: { detail: RunDetail }): JSX.Element {
  return (
    <div className="ct-Detail-content">
      <DetailHeader detail={detail} />
      <ReplaySection detail={detail} />
      <ErrorSection detail={detail} />
      <MetricsSection detail={detail} />
      <AmbiguousSection detail={detail} />
      <GroupSection detail={detail} />
      <ParamsSection detail={detail} />
      <ChildrenSection detail={detail} />
      <DatasetsSection detail={detail} />
      <SourcesSection detail={detail} />
      <ArtifactsSection detail={detail} />
      <TagsSection detail={detail} />
      <CodeSection detail={detail} />
      <ResourcesSection detail={detail} />
      <SeedSection detail={detail} />
      <EnvironmentSection detail={detail} />
      <HardwareSection detail={detail} />
    </div>
  );
}
