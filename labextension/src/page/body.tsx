/** The page of a run: what it is and what came of it first, then how it was made, then what surrounded it. */
import type { JSX } from 'react';
import type { RunDetail } from '../api';
import type { Announcer } from '../elements/announcer';
import { useChanges } from '../elements/hooks';
import { Refused } from '../elements/refused';
import { Voice } from '../elements/voice';
import { ArtifactsSection } from '../run/artifacts';
import { CodeSection } from '../run/code';
import { DatasetsSection } from '../run/datasets';
import { ErrorSection } from '../run/error';
import { AmbiguousSection, MetricsSection } from '../run/metrics';
import { ModelsSection } from '../run/models';
import { ParamsSection } from '../run/params';
import { ChildrenSection, GroupSection } from '../run/relations';
import { SourcesSection } from '../run/sources';
import {
  EnvironmentSection,
  HardwareSection,
  SeedSection
} from '../run/surroundings';
import { CellsSection } from './cells';
import { usePage } from './context';
import { CurvesSection } from './curves';
import { Head } from './head';
import { NotesSection } from './notes';
import { Reproducibility } from './reproducibility';
import { OverTime } from './resources';
import { TagsSection } from './tags';

/** All of it. */
export function Body({ announcer }: { announcer: Announcer }): JSX.Element {
  const { model, trans, showRuns } = usePage();
  useChanges(model);
  useChanges(model.detail);
  const { detail, failure } = model.detail;
  return (
    <div
      className={`ct-Page-body${model.isOffline ? ' ct-mod-offline' : ''}`}
      aria-busy={detail === null && failure === null}
    >
      {model.isOffline && (
        <div className="ct-Note ct-mod-warn" role="status">
          {trans.__(
            'The server does not answer. What is shown is the last that it said.'
          )}
        </div>
      )}
      {failure !== null && detail === null && (
        <Refused
          title={trans.__('This run cannot be shown')}
          reason={failure.message}
          trans={trans}
          again={() => void model.refresh()}
          showRuns={showRuns}
        />
      )}
      {failure !== null && detail !== null && !model.isOffline && (
        <div className="ct-Note ct-mod-warn" role="alert" dir="auto">
          {failure.message}
          <button
            type="button"
            className="ct-Link"
            onClick={() => void model.refresh()}
          >
            {trans.__('Try again')}
          </button>
        </div>
      )}
      {detail === null && failure === null && (
        <p className="ct-Hint" role="status">
          {trans.__('Reading the run…')}
        </p>
      )}
      {detail !== null && <Sections detail={detail} />}
      <Voice announcer={announcer} />
    </div>
  );
}

function Sections({ detail }: { detail: RunDetail }): JSX.Element {
  return (
    <>
      <Head detail={detail} />
      <div className="ct-Page-columns">
        <div className="ct-Page-main">
          <ErrorSection detail={detail} />
          <MetricsSection detail={detail} isPage />
          <CurvesSection detail={detail} />
          <AmbiguousSection detail={detail} />
          <GroupSection detail={detail} />
          <ChildrenSection detail={detail} />
          <CellsSection />
          <Reproducibility detail={detail} />
          <ModelsSection detail={detail} />
          <ArtifactsSection detail={detail} />
          <OverTime detail={detail} />
        </div>
        <div className="ct-Page-side">
          <NotesSection detail={detail} />
          <TagsSection detail={detail} />
          <ParamsSection detail={detail} />
          <DatasetsSection detail={detail} />
          <SourcesSection detail={detail} />
          <CodeSection detail={detail} isWithoutSource />
          <SeedSection detail={detail} />
          <EnvironmentSection detail={detail} />
          <HardwareSection detail={detail} />
        </div>
      </div>
    </>
  );
}
