/** One run in full. */
import { caretLeftIcon, launcherIcon } from '@jupyterlab/ui-components';
import type { JSX, KeyboardEvent } from 'react';
import { useEffect, useRef } from 'react';
import type { RunDetail } from '../api';
import { IconButton } from '../elements/button';
import { ArtifactsSection } from '../run/artifacts';
import { ChildrenSection, GroupSection, TagsSection } from '../run/relations';
import { CodeSection } from '../run/code';
import { DatasetsSection } from '../run/datasets';
import { ErrorSection } from '../run/error';
import { DetailHeader } from '../run/header';
import { AmbiguousSection, MetricsSection } from '../run/metrics';
import { ModelsSection } from '../run/models';
import { ParamsSection } from '../run/params';
import { CopyButton } from '../run/parts';
import { ReplaySection } from '../run/replay';
import { ResourcesSection } from '../run/resources';
import { SourcesSection } from '../run/sources';
import {
  EnvironmentSection,
  HardwareSection,
  SeedSection
} from '../run/surroundings';
import { usePanel } from './context';

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

/** The way back, and the run's id. */
function DetailTop(): JSX.Element {
  const { model, trans, openPage } = usePanel();
  return (
    <div className="ct-Detail-top">
      <button
        type="button"
        className="ct-Back"
        onClick={() => void model.detail.back()}
      >
        <caretLeftIcon.react tag="span" />
        {trans.__('Back')}
      </button>
      <span className="ct-Detail-id">
        <code title={model.detail.runId}>{model.detail.runId.slice(0, 8)}</code>
        <CopyButton text={model.detail.runId} what="run id" />
        <IconButton
          icon={launcherIcon}
          label={trans.__('Open the run’s page')}
          onClick={() => openPage(model.detail.runId)}
        />
      </span>
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
      <ModelsSection detail={detail} />
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
