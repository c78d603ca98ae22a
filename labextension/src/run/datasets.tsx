/** The data that the run used, by digest. */
import type { JSX } from 'react';
import type { DatasetUse, DatasetVersion, RunDetail } from '../api';
import type { Translate } from '../model/format';
import { formatBytes, formatCount } from '../model/format';
import { roleWord } from '../model/words';
import { useRun } from './context';
import { Digest, Fold, Section } from './parts';

/** All datasets. */
export function DatasetsSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  if (detail.datasets.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Data')} count={detail.datasets.length}>
      <ul className="ct-Datasets">
        {detail.datasets.map(use => (
          <Dataset
            key={`${use.role} ${use.name} ${use.dataset.digest}`}
            use={use}
          />
        ))}
      </ul>
    </Section>
  );
}

function Dataset({ use }: { use: DatasetUse }): JSX.Element {
  const { trans } = useRun();
  const { dataset } = use;
  return (
    <li className="ct-Dataset">
      <div className="ct-Dataset-line">
        <span className="ct-Dataset-name" title={use.name} dir="auto">
          {use.name}
        </span>
        <span className="ct-Chip">{roleWord(use.role, trans)}</span>
        <Digest digest={dataset.digest} />
      </div>
      <div className="ct-Dataset-facts" title={dataset.source} dir="auto">
        {describe(dataset, trans)}
      </div>
      {dataset.columns.length > 0 && (
        <Fold
          title={trans._n(
            '%2 column',
            '%2 columns',
            dataset.columns.length,
            formatCount(dataset.columns.length)
          )}
        >
          <ul className="ct-Columns">
            {dataset.columns.map((column, index) => (
              <li key={`${index} ${column.name}`} title={column.digest}>
                <span dir="auto">{column.name}</span>
                <code>{column.dtype}</code>
              </li>
            ))}
          </ul>
        </Fold>
      )}
    </li>
  );
}

function describe(dataset: DatasetVersion, trans: Translate): string {
  const { rows, column_count: columns } = dataset;
  const parts = [
    dataset.kind,
    rows === null
      ? ''
      : columns === null
        ? trans._n('%2 row', '%2 rows', rows, formatCount(rows))
        : `${formatCount(rows)} × ${formatCount(columns)}`,
    dataset.size_bytes === null ? '' : formatBytes(dataset.size_bytes),
    dataset.is_sampled ? trans.__('digest of a sample') : '',
    dataset.source,
    dataset.version === '' ? '' : trans.__('version %1', dataset.version)
  ];
  return parts.filter(part => part !== '').join(' · ');
}
