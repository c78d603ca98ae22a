/** The files of a run: each can be looked at and downloaded; small pictures are open. */
import { downloadIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { useState } from 'react';
import type { Artifact, RunDetail } from '../api';
import { IconButton } from '../elements/button';
import { save } from '../elements/save';
import { TrailFailure } from '../model/failure';
import { baseName, formatBytes } from '../model/format';
import { PICTURES } from '../model/pictures';
import { DRAWN_BYTES } from '../model/previews';
import type { PreviewContext } from './context';
import { Context, usePreview } from './context';
import { Problem } from './notes';
import { Shown } from './shown';

/** What lists of a run's files, models and predictions take. */
export interface RunPreviews extends PreviewContext {
  detail: RunDetail;
}

/** All files of a run; nothing where it has none. */
export function ArtifactList({
  detail,
  ...context
}: RunPreviews): JSX.Element | null {
  if (detail.artifacts.length === 0) {
    return null;
  }
  return (
    <Context.Provider value={context}>
      <ul className="ct-Artifacts">
        {detail.artifacts.map(artifact => (
          <ArtifactRow key={artifact.path} artifact={artifact} />
        ))}
      </ul>
    </Context.Provider>
  );
}

function ArtifactRow({ artifact }: { artifact: Artifact }): JSX.Element {
  const isPicture =
    PICTURES.includes(artifact.media_type) &&
    artifact.size_bytes <= DRAWN_BYTES;
  const [isOpen, setOpen] = useState(isPicture);
  return (
    <li className="ct-Artifact">
      <details
        open={isOpen}
        onToggle={event => setOpen(event.currentTarget.open)}
      >
        <summary className="ct-Artifact-line">
          <span className="ct-Dataset-name" title={artifact.path} dir="auto">
            {artifact.path}
          </span>
          <span className="ct-Artifact-size">
            {formatBytes(artifact.size_bytes)}
          </span>
        </summary>
        {isOpen && <Shown key={artifact.digest} artifact={artifact} />}
      </details>
      <Download artifact={artifact} />
    </li>
  );
}

/** A button that saves an artifact's content, whatever it is. */
export function Download({ artifact }: { artifact: Artifact }): JSX.Element {
  const { previews, trans } = usePreview();
  const [problem, setProblem] = useState('');
  const download = async (): Promise<void> => {
    try {
      save(
        await previews.blob(artifact.digest, artifact.media_type),
        baseName(artifact.path)
      );
      setProblem('');
    } catch (reason) {
      setProblem(TrailFailure.of(reason).message);
    }
  };
  return (
    <div className="ct-Artifact-download">
      <IconButton
        icon={downloadIcon}
        label={trans.__('Download %1', artifact.path)}
        onClick={() => void download()}
      />
      {problem !== '' && <Problem text={problem} />}
    </div>
  );
}
