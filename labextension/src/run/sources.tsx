/** Databases, addresses and versioned tables that the run's cell read or wrote. */
import type { JSX } from 'react';
import type { RunDetail, SourceUse } from '../api';
import type { Translate } from '../model/format';
import { formatBytes, formatCount } from '../model/format';
import { useRun } from './context';
import { Digest, Fold, Section } from './parts';

/** All sources of the cell that are no plain files. */
export function SourcesSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const sources = detail.execution?.sources ?? [];
  if (sources.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Sources')} count={sources.length}>
      <ul className="ct-Datasets">
        {sources.map((use, index) => (
          <Source key={`${index} ${use.uri}`} use={use} />
        ))}
      </ul>
    </Section>
  );
}

function Source({ use }: { use: SourceUse }): JSX.Element {
  const { trans } = useRun();
  return (
    <li className="ct-Dataset">
      <div className="ct-Dataset-line">
        <span className="ct-Dataset-name" title={use.uri} dir="auto">
          {use.name || use.uri}
        </span>
        <span className="ct-Chip">
          {use.mode === 'write' ? trans.__('written') : use.kind}
        </span>
        {use.digest !== '' && <Digest digest={use.digest} />}
      </div>
      <div className="ct-Dataset-facts" dir="auto">
        {describe(use, trans)}
      </div>
      {use.query !== '' && (
        <Fold title={trans.__('Query')}>
          <div className="ct-Code">
            <pre tabIndex={0} aria-label={trans.__('Query')}>
              {use.query}
            </pre>
          </div>
        </Fold>
      )}
    </li>
  );
}

function describe(use: SourceUse, trans: Translate): string {
  const version =
    use.version === ''
      ? ''
      : use.is_asked
        ? trans.__('version %1, named by the code', use.version)
        : trans.__('version %1', use.version);
  const parts = [
    use.name === '' ? '' : use.uri,
    version,
    use.rows === null
      ? ''
      : trans._n('%2 row', '%2 rows', use.rows, formatCount(use.rows)),
    use.size_bytes === null ? '' : formatBytes(use.size_bytes),
    use.note
  ];
  return parts.filter(part => part !== '').join(' · ');
}
