/** Whether the run can be made again: the five points, what the last replay came to, and the way to another. */
import type { JSX } from 'react';
import type { RunDetail } from '../api';
import { useChanges } from '../elements/hooks';
import type { Translate } from '../model/format';
import { formatCount } from '../model/format';
import { STATUS_TAG, tagOf } from '../model/replay';
import { ReplayButton } from '../run/header';
import { Section } from '../run/parts';
import { ReplayParts } from '../run/replay';
import { itemName, VerdictMark } from '../run/report';
import { usePage } from './context';

/** All of it. */
export function Reproducibility({
  detail
}: {
  detail: RunDetail;
}): JSX.Element {
  const { model, trans } = usePage();
  useChanges(model.replay);
  const { state } = model.replay;
  const isFresh =
    state?.run_id === detail.run.run_id &&
    state.phase === 'ended' &&
    state.report !== null;
  const isChecked = isFresh || tagOf(detail, STATUS_TAG) !== '';
  return (
    <Section title={trans.__('Reproducibility')}>
      {!isChecked && <Unchecked detail={detail} />}
      <ReplayParts detail={detail} />
      <div className="ct-Replay-buttons">
        <ReplayButton run={detail.run} />
      </div>
    </Section>
  );
}

/** The five points before any replay: what is known of each. */
function Unchecked({ detail }: { detail: RunDetail }): JSX.Element {
  const { trans } = usePage();
  const known: Record<string, string> = {
    code: codeWords(detail, trans),
    data: dataWords(detail, trans),
    environment: environmentWords(detail, trans),
    seed: seedWords(detail, trans),
    hardware: detail.hardware?.cpu ?? ''
  };
  return (
    <table className="ct-Checklist">
      <caption>
        {trans.__('Never replayed: what is recorded, and nothing is proven')}
      </caption>
      <tbody>
        {Object.entries(known).map(([name, words]) => (
          <tr key={name}>
            <th scope="row">{itemName(name, trans)}</th>
            <td>
              <VerdictMark status="not checked" />
              <span className="ct-Checklist-note" dir="auto">
                {words === '' ? trans.__('not recorded') : words}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function codeWords(detail: RunDetail, trans: Translate): string {
  const { code, execution } = detail;
  if (execution === null) {
    return trans.__('no cell made it');
  }
  if (code === null || code.commit === '') {
    return trans.__('the executed cells, no commit');
  }
  return code.is_dirty
    ? trans.__(
        'the executed cells, commit %1 with uncommitted changes',
        code.commit.slice(0, 10)
      )
    : trans.__('the executed cells, commit %1', code.commit.slice(0, 10));
}

function dataWords(detail: RunDetail, trans: Translate): string {
  const count = detail.datasets.length;
  return count === 0 ? '' : trans._n('%1 digest', '%1 digests', count);
}

function environmentWords(detail: RunDetail, trans: Translate): string {
  const { environment } = detail;
  if (environment === null) {
    return '';
  }
  const count = environment.packages.length;
  return trans._n(
    'Python %2, %3 package',
    'Python %2, %3 packages',
    count,
    environment.python,
    formatCount(count)
  );
}

function seedWords(detail: RunDetail, trans: Translate): string {
  const { seed } = detail;
  if (seed === null) {
    return '';
  }
  const given = seed.random_states.map(each => `${each.key}=${each.value}`);
  const words = [...given, ...seed.seeding_calls];
  if (words.length > 0) {
    return words.join(', ').slice(0, 200);
  }
  return seed.drew_from.length > 0
    ? trans.__('drew from %1 without a seed', seed.drew_from.join(', '))
    : trans.__('no global generator was drawn from');
}
