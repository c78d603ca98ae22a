/** What the browser draws of an artifact's own bytes: pictures, and pages in a sandbox. */
import type { JSX } from 'react';
import { useCallback, useEffect, useState } from 'react';
import type { Artifact, Preview } from '../api';
import { formatBytes } from '../model/format';
import { DRAWN_BYTES } from '../model/previews';
import { useAsked, usePreview } from './context';
import { Hint, Problem } from './notes';
import { quietPage } from './page';

interface Props {
  artifact: Artifact;
  preview: Preview;
}

/** A picture, or a page. */
export function Drawn({ artifact, preview }: Props): JSX.Element {
  const { previews, trans } = usePreview();
  const { digest } = artifact;
  const { media_type: type, kind, size_bytes: size } = preview;
  const ask = useCallback(
    () => previews.blob(digest, type),
    [previews, digest, type]
  );
  const isSmall = size <= DRAWN_BYTES;
  const { answer, problem } = useAsked(isSmall ? ask : null);
  if (!isSmall) {
    return (
      <Hint>
        {trans.__(
          '%1: what is larger than %2 is not drawn here. Download it to see it.',
          formatBytes(size),
          formatBytes(DRAWN_BYTES)
        )}
      </Hint>
    );
  }
  if (problem !== '') {
    return <Problem text={problem} />;
  }
  if (answer === null) {
    return <Hint>{trans.__('Loading…')}</Hint>;
  }
  return kind === 'picture' ? (
    <Picture blob={answer} type={type} path={artifact.path} />
  ) : (
    <Page blob={answer} path={artifact.path} />
  );
}

function Picture(props: {
  blob: Blob;
  type: string;
  path: string;
}): JSX.Element {
  const { trans } = usePreview();
  const { blob, type, path } = props;
  const [url, setUrl] = useState('');
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([blob], { type }));
    setUrl(made);
    setBroken(false);
    return () => URL.revokeObjectURL(made);
  }, [blob, type]);
  if (isBroken) {
    return (
      <Problem
        text={trans.__(
          'The browser cannot draw this picture: it is broken, or of a kind that it does not know.'
        )}
      />
    );
  }
  return url === '' ? (
    <Hint>{trans.__('Loading…')}</Hint>
  ) : (
    <img
      className="ct-Picture"
      src={url}
      alt={path}
      onError={() => setBroken(true)}
    />
  );
}

function Page({ blob, path }: { blob: Blob; path: string }): JSX.Element {
  const { trans } = usePreview();
  const ask = useCallback(async () => quietPage(await blob.text()), [blob]);
  const { answer } = useAsked(ask);
  if (answer === null) {
    return <Hint>{trans.__('Loading…')}</Hint>;
  }
  return (
    <>
      {/* no scripts, no forms, no requests, no access to this page */}
      <iframe
        className="ct-Preview-page"
        sandbox=""
        title={path}
        srcDoc={answer.document}
      />
      <Hint>
        {answer.scripts > 0
          ? trans._n(
              'Its script is not run here, and its links lead nowhere: download it to open it as it is.',
              'Its %1 scripts are not run here, and its links lead nowhere: download it to open it as it is.',
              answer.scripts
            )
          : trans.__(
              'Nothing is fetched for it here, and its links lead nowhere: download it to open it as it is.'
            )}
      </Hint>
    </>
  );
}
