/** What surrounded the run: randomness, packages, machine. */
import type { JSX, ReactNode } from 'react';
import { useState } from 'react';
import type { Package, RunDetail } from '../api';
import { formatBytes, formatCount } from '../model/format';
import { useRun } from './context';
import { Digest, Facts, Fold, Section } from './parts';
import { ParamTable } from './params';

/** All that is known of randomness. */
export function SeedSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const seed = detail.seed;
  if (seed === null) {
    return null;
  }
  const facts: (readonly [string, ReactNode])[] = [];
  if (seed.seeding_calls.length > 0) {
    facts.push([trans.__('Seeded by'), seed.seeding_calls.join(', ')]);
  }
  facts.push([
    trans.__('Drew from'),
    seed.drew_from.length > 0
      ? seed.drew_from.join(', ')
      : trans.__('no global generator')
  ]);
  for (const generator of seed.generators) {
    facts.push([
      trans.__('%1 before', generator.name),
      <Digest key={generator.name} digest={generator.digest} />
    ]);
  }
  return (
    <Section title={trans.__('Seed')} isFolded>
      {seed.random_states.length > 0 && (
        <ParamTable params={seed.random_states} />
      )}
      <Facts facts={facts} />
    </Section>
  );
}

/** Python and its packages. */
export function EnvironmentSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const environment = detail.environment;
  if (environment === null) {
    return null;
  }
  const { packages } = environment;
  return (
    <Section title={trans.__('Environment')} isFolded>
      <Facts
        facts={[
          ['Python', `${environment.python} (${environment.implementation})`],
          [trans.__('System'), environment.os],
          ...environment.notes.map((note): [string, string] => [
            trans.__('Note'),
            note
          ]),
          [
            trans.__('Digest'),
            <Digest key="digest" digest={environment.digest} />
          ]
        ]}
      />
      <Fold
        title={trans._n(
          '%2 package',
          '%2 packages',
          packages.length,
          formatCount(packages.length)
        )}
      >
        <Packages packages={packages} />
      </Fold>
    </Section>
  );
}

function Packages({ packages }: { packages: readonly Package[] }): JSX.Element {
  const { trans } = useRun();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = packages.filter(each =>
    each.name.toLowerCase().includes(wanted)
  );
  return (
    <>
      <input
        className="ct-Search-input ct-mod-framed"
        type="text"
        role="searchbox"
        aria-label={trans.__('Search packages')}
        placeholder={trans.__('Search packages')}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <ul className="ct-Columns" tabIndex={0} aria-label={trans.__('Packages')}>
        {found.map(each => (
          <li key={each.name}>
            <span>{each.name}</span>
            <code>{each.version}</code>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p className="ct-Hint">{trans.__('No such package')}</p>
      )}
    </>
  );
}

/** The machine. */
export function HardwareSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const hardware = detail.hardware;
  if (hardware === null) {
    return null;
  }
  const facts: (readonly [string, ReactNode])[] = [
    [trans.__('Processor'), hardware.cpu],
    [trans.__('Cores'), String(hardware.cores)],
    [trans.__('Memory'), formatBytes(hardware.memory_bytes)],
    [trans.__('Graphics'), hardware.gpus.join(', ')],
    ['BLAS', hardware.blas],
    [trans.__('Threads'), hardware.threads.join(', ')]
  ];
  return (
    <Section title={trans.__('Hardware')} isFolded>
      <Facts facts={facts.filter(([, value]) => value !== '')} />
    </Section>
  );
}
