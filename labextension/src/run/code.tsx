/** The code that ran: the commit, and the cell as it was executed. */
import type { JSX, ReactNode } from 'react';
import type { CellExecution, CodeVersion, FileUse, RunDetail } from '../api';
import type { Translate } from '../model/format';
import { codePointLength } from '../model/crc32';
import { formatCount } from '../model/format';
import { useRun } from './context';
import { CopyButton, Digest, Facts, Section } from './parts';

/** Commit, branch, files and executed source. */
export function CodeSection({
  detail,
  isWithoutSource = false
}: {
  detail: RunDetail;
  /** The executed source is shown elsewhere. */
  isWithoutSource?: boolean;
}): JSX.Element | null {
  const { trans } = useRun();
  const { code, execution } = detail;
  if (code === null && execution === null) {
    return null;
  }
  const facts = [
    ...(code === null ? [] : codeFacts(code, trans)),
    ...(execution === null ? [] : fileFacts(execution.files, trans))
  ];
  if (facts.length === 0 && (isWithoutSource || execution === null)) {
    return null;
  }
  return (
    <Section title={trans.__('Code')}>
      {facts.length > 0 && <Facts facts={facts} />}
      {execution !== null && !isWithoutSource && (
        <Source execution={execution} />
      )}
    </Section>
  );
}

function codeFacts(
  code: CodeVersion,
  trans: Translate
): (readonly [string, ReactNode])[] {
  if (code.commit === '') {
    const none =
      code.branch === ''
        ? trans.__('not in git')
        : trans.__('none yet, on the branch %1', code.branch);
    return [[trans.__('Commit'), none]];
  }
  const facts: (readonly [string, ReactNode])[] = [
    [
      trans.__('Commit'),
      <span key="commit" className="ct-Digest">
        <code title={code.commit}>{code.commit.slice(0, 10)}</code>
        <CopyButton text={code.commit} what="digest" />
      </span>
    ],
    [trans.__('Branch'), code.branch || trans.__('none')],
    [
      trans.__('Changes'),
      code.is_dirty ? trans.__('uncommitted') : trans.__('none')
    ]
  ];
  if (code.diff_digest !== '') {
    facts.push([
      trans.__('Difference'),
      <Digest key="diff" digest={code.diff_digest} />
    ]);
  }
  return facts;
}

function fileFacts(
  files: readonly FileUse[],
  trans: Translate
): (readonly [string, ReactNode])[] {
  const paths = (mode: string): string =>
    files
      .filter(file => file.mode === mode)
      .map(file => file.path)
      .join(', ');
  const facts: [string, string][] = [
    [trans.__('Files read'), paths('read')],
    [trans.__('Files written'), paths('write')]
  ];
  return facts.filter(([, value]) => value !== '');
}

function Source({ execution }: { execution: CellExecution }): JSX.Element {
  const { trans } = useRun();
  const isCut = codePointLength(execution.source) < execution.source_length;
  return (
    <div className="ct-Code">
      <div className="ct-Code-title">
        {trans.__('Executed source')}
        <CopyButton text={execution.source} what="source" />
      </div>
      <pre tabIndex={0} aria-label={trans.__('Executed source')}>
        {execution.source}
      </pre>
      {isCut && (
        <p className="ct-Hint">
          {trans.__(
            'Cut here; the cell has %1 characters.',
            formatCount(execution.source_length)
          )}
        </p>
      )}
    </div>
  );
}
