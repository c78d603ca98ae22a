/** The run's files: pictures shown, all to be downloaded. */
import { downloadIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { Artifact, RunDetail } from '../../api';
import { TrailFailure } from '../../model/failure';
import { baseName, formatBytes } from '../../model/format';
import { PICTURES } from '../../model/pictures';
import { usePanel } from '../context';
import { IconButton } from '../../elements/button';
import { Section } from './parts';

const PREVIEW_BYTES = 8 << 20;

/** All artifacts. */
export function ArtifactsSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = usePanel();
  if (detail.artifacts.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Artifacts')} count={detail.artifacts.length}>
      <ul className="ct-Artifacts">
        {detail.artifacts.map(artifact => (
          <ArtifactRow key={artifact.path} artifact={artifact} />
        ))}
      </ul>
    </Section>
  );
}

function ArtifactRow({ artifact }: { artifact: Artifact }): JSX.Element {
  const { model, trans } = usePanel();
  const [problem, setProblem] = useState('');
  const download = async (): Promise<void> => {
    try {
      save(
        await model.detail.blob(artifact.digest, artifact.media_type),
        baseName(artifact.path)
      );
      setProblem('');
    } catch (reason) {
      setProblem(TrailFailure.of(reason).message);
    }
  };
  const isPicture =
    PICTURES.includes(artifact.media_type) &&
    artifact.size_bytes <= PREVIEW_BYTES;
  return (
    <li className="ct-Artifact">
      <div className="ct-Dataset-line">
        <span className="ct-Dataset-name" title={artifact.path} dir="auto">
          {artifact.path}
        </span>
        <span className="ct-Artifact-size">
          {formatBytes(artifact.size_bytes)}
        </span>
        <IconButton
          icon={downloadIcon}
          label={trans.__('Download %1', artifact.path)}
          onClick={() => void download()}
        />
      </div>
      {isPicture && <Picture artifact={artifact} />}
      {problem !== '' && (
        <div className="ct-Note ct-mod-warn" role="alert">
          {problem}
        </div>
      )}
    </li>
  );
}

function Picture({ artifact }: { artifact: Artifact }): JSX.Element | null {
  const { model } = usePanel();
  const [url, setUrl] = useState('');
  const { digest, media_type: mediaType } = artifact;
  useEffect(() => {
    let made = '';
    let isCurrent = true;
    model.detail.blob(digest, mediaType).then(
      blob => {
        if (isCurrent) {
          made = URL.createObjectURL(new Blob([blob], { type: mediaType }));
          setUrl(made);
        }
      },
      () => setUrl('')
    );
    return () => {
      isCurrent = false;
      URL.revokeObjectURL(made);
    };
  }, [model, digest, mediaType]);
  return url === '' ? null : (
    <img className="ct-Picture" src={url} alt={artifact.path} />
  );
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
