/** Artifacts as texts: files of text, cells of notebooks, first bytes, and what is said of a file that is not there. */
import type { JSX } from 'react';
import type { Artifact, NotebookCell, Preview } from '../api';
import { formatBytes, shortDigest } from '../model/format';
import { usePreview } from './context';
import { Hint, Problem } from './notes';

/** A text, and whether there is more of it. */
export function TextShown({
  path,
  preview
}: {
  path: string;
  preview: Preview;
}): JSX.Element {
  const { trans } = usePreview();
  if (preview.size_bytes === 0) {
    return <Hint>{trans.__('The file is empty.')}</Hint>;
  }
  return (
    <>
      <pre
        className="ct-Preview-text"
        dir="auto"
        tabIndex={0}
        aria-label={path}
      >
        {preview.text}
      </pre>
      {preview.is_cut && (
        <Hint>
          {trans.__(
            'The first 200 kB of %1: download it to see all.',
            formatBytes(preview.size_bytes)
          )}
        </Hint>
      )}
    </>
  );
}

/** The cells of a notebook. */
export function NotebookShown({
  path,
  preview
}: {
  path: string;
  preview: Preview;
}): JSX.Element {
  const { trans } = usePreview();
  return (
    <>
      <div
        className="ct-Preview-notebook"
        tabIndex={0}
        role="group"
        aria-label={path}
      >
        {preview.cells.map((cell, place) => (
          <Cell key={place} cell={cell} />
        ))}
      </div>
      {preview.is_cut && (
        <Hint>
          {trans.__('Not all of it is shown: download it to see all.')}
        </Hint>
      )}
      {preview.cells.length === 0 && (
        <Hint>{trans.__('The notebook has no cells.')}</Hint>
      )}
    </>
  );
}

function Cell({ cell }: { cell: NotebookCell }): JSX.Element {
  return (
    <div
      className={`ct-Preview-cell${cell.kind === 'code' ? ' ct-mod-code' : ''}`}
    >
      <pre dir="auto">{cell.source}</pre>
      {cell.output !== '' && (
        <pre className="ct-Preview-output" dir="auto">
          {cell.output}
        </pre>
      )}
    </div>
  );
}

/** The first bytes of what is of no kind that is shown. */
export function BytesShown({
  artifact,
  preview
}: {
  artifact: Artifact;
  preview: Preview;
}): JSX.Element {
  const { trans } = usePreview();
  const bytes = preview.hex.match(/../g) ?? [];
  const lines = [];
  for (let start = 0; start < bytes.length; start += 16) {
    lines.push(hexLine(start, bytes.slice(start, start + 16)));
  }
  return (
    <>
      <Hint>
        {trans.__(
          '%1, %2, %3: of no kind that is shown here.',
          preview.media_type || trans.__('unknown type'),
          formatBytes(preview.size_bytes),
          shortDigest(artifact.digest)
        )}{' '}
        {preview.is_cut
          ? trans.__('Its first 256 bytes:')
          : trans.__('Its bytes:')}
      </Hint>
      <pre
        className="ct-Preview-text ct-mod-bytes"
        dir="ltr"
        tabIndex={0}
        aria-label={artifact.path}
      >
        {lines.join('\n')}
      </pre>
    </>
  );
}

function hexLine(start: number, bytes: readonly string[]): string {
  const letters = bytes.map(byte => {
    const code = parseInt(byte, 16);
    return code >= 32 && code < 127 ? String.fromCharCode(code) : '·';
  });
  const offset = start.toString(16).padStart(4, '0');
  return `${offset}  ${bytes.join(' ').padEnd(47)}  ${letters.join('')}`;
}

/** A file that is not in the store, or is not what was recorded. */
export function LostShown({ preview }: { preview: Preview }): JSX.Element {
  const { trans } = usePreview();
  const { kind, problem, place } = preview;
  return (
    <>
      <Problem
        text={
          kind === 'missing'
            ? trans.__(
                'Its content is not in this store: it was removed, or recorded on another machine.'
              )
            : trans.__('Its content is damaged: %1.', problem)
        }
      />
      <Hint>
        {trans.__(
          'To get it back: copy %1 from a backup or from the machine that recorded it; or import the bundle that has the run (celltrail import); or replay the run, which makes it anew.',
          place
        )}
      </Hint>
    </>
  );
}
