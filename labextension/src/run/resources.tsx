/** What the run took of the machine: processor, memory, disk, graphics cards. */
import type { JSX } from 'react';
import type { RunDetail, Spread, SystemUse } from '../api';
import type { Translate } from '../model/format';
import { formatBytes, formatNumber, toNumber } from '../model/format';
import { useRun } from './context';
import { Facts, Section } from './parts';

/** Below this the machine's clock ticks too seldom to tell how busy a processor was. */
const SHORT_S = 0.1;

/** All that was sampled while it ran; nothing where nothing was. */
export function ResourcesSection({
  detail
}: {
  detail: RunDetail;
}): JSX.Element | null {
  const { trans } = useRun();
  const { system } = detail;
  if (system === null) {
    return null;
  }
  return (
    <Section title={trans.__('Resources')}>
      <SystemFacts system={system} />
    </Section>
  );
}

/** The numbers. */
export function SystemFacts(props: {
  system: SystemUse;
  /** Why nothing was sampled is said elsewhere. */
  isExplained?: boolean;
}): JSX.Element {
  const { trans } = useRun();
  const { system, isExplained = false } = props;
  return (
    <>
      <Facts
        facts={[...machineFacts(system, trans), ...gpuFacts(system, trans)]}
      />
      {(system.sample_count > 0 || !isExplained) && (
        <p className="ct-Hint">
          {system.sample_count > 0
            ? trans._n(
                'mean (lowest to highest) of %1 sample',
                'mean (lowest to highest) of %1 samples',
                system.sample_count
              )
            : trans.__('It was too short to be sampled over time.')}
        </p>
      )}
    </>
  );
}

function machineFacts(
  system: SystemUse,
  trans: Translate
): (readonly [string, string])[] {
  const { cpu_percent: cpu, memory_bytes: memory } = system;
  const { disk_read_bytes: read, disk_written_bytes: written } = system;
  const peak = formatBytes(system.peak_memory_bytes);
  const isTold = cpu !== null && toNumber(system.duration_s) >= SHORT_S;
  const facts: (readonly [string, string])[] = [
    [
      trans.__('Processor'),
      isTold ? trans.__('%1 of one core', spread(cpu, percent, trans)) : ''
    ],
    [
      trans.__('Peak memory'),
      system.peak_memory_bytes === 0
        ? ''
        : system.peak_is_exact
          ? peak
          : trans.__('%1, the highest that was seen', peak)
    ],
    [
      trans.__('Memory'),
      memory === null ? '' : spread(memory, formatBytes, trans)
    ],
    [trans.__('Read from disk'), read === null ? '' : formatBytes(read)],
    [trans.__('Written to disk'), written === null ? '' : formatBytes(written)]
  ];
  return facts.filter(([, value]) => value !== '');
}

function gpuFacts(
  system: SystemUse,
  trans: Translate
): (readonly [string, string])[] {
  return system.gpus.flatMap((gpu, index) => {
    const name = `${index + 1}: ${gpu.name}`;
    return [
      [trans.__('GPU %1', name), spread(gpu.busy_percent, percent, trans)],
      [
        trans.__('Memory of GPU %1', index + 1),
        spread(gpu.memory_bytes, formatBytes, trans)
      ]
    ] as const;
  });
}

function percent(value: number): string {
  return `${formatNumber(Math.round(value))} %`;
}

/** The mean with its extremes; one number where they are the same as they are shown. */
function spread(
  values: Spread,
  show: (value: number) => string,
  trans: Translate
): string {
  const [low, mean, high] = [values.minimum, values.mean, values.maximum].map(
    value => show(toNumber(value))
  ) as [string, string, string];
  return low === high ? mean : trans.__('%1 (%2 to %3)', mean, low, high);
}
