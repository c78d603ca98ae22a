/** The comparison: why, then what differs, part by part, then what is the same. */
import { refreshIcon, saveIcon } from '@jupyterlab/ui-components';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { RunComparison } from '../api';
import type { Announcer } from '../elements/announcer';
import { IconButton } from '../elements/button';
import { useChanges } from '../elements/hooks';
import { Refused } from '../elements/refused';
import { save } from '../elements/save';
import { Voice } from '../elements/voice';
import { TrailFailure } from '../model/failure';
import { Causes } from './causes';
import { Charts } from './charts';
import { Code } from './code';
import { useCompare } from './context';
import { Data } from './data';
import { Outputs } from './outputs';
import { Failed, Notes, RunHead, Section } from './parts';
import { Metrics, Values } from './values';

/** All of it. */
export function Body({ announcer }: { announcer: Announcer }): JSX.Element {
  const { model, trans, showRuns } = useCompare();
  useChanges(model);
  const { answer, failure } = model.facts;
  return (
    <div className="ct-Compare-body">
      {failure !== null && (
        <Refused
          title={trans.__('These runs cannot be compared')}
          reason={failure.message}
          trans={trans}
          again={() => void model.load()}
          showRuns={showRuns}
        />
      )}
      {failure === null && answer === null && (
        <p className="ct-Hint" role="status">
          {trans.__('Comparing…')}
        </p>
      )}
      {answer !== null && <Compared facts={answer} />}
      <Voice announcer={announcer} />
    </div>
  );
}

function Compared({ facts }: { facts: RunComparison }): JSX.Element {
  const { model, trans, announce } = useCompare();
  const count = facts.runs.length;
  // of two runs the code says more than a chart
  const isMany = count > 2;
  useEffect(() => {
    announce(trans._n('%1 run compared', '%1 runs compared', count));
  }, [announce, trans, count]);
  const parts = [
    { title: trans.__('Parameters'), differences: facts.params },
    { title: trans.__('Seed'), differences: facts.seed },
    { title: trans.__('Packages'), differences: facts.packages },
    {
      title: trans.__('Environment'),
      differences: [...facts.environment, ...facts.hardware]
    },
    { title: trans.__('Repository'), differences: facts.code },
    { title: trans.__('Tags'), differences: facts.tags }
  ];
  return (
    <>
      <header className="ct-Compare-head">
        <h1>{trans._n('%1 run', '%1 runs', count)}</h1>
        <div className="ct-Compare-runs">
          {facts.runs.map((run, place) => (
            <RunHead key={run.run_id} run={run} isBaseline={place === 0} />
          ))}
        </div>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Compare again')}
          onClick={() => void model.load()}
        />
        <SaveAsPage />
      </header>
      <Notes notes={facts.notes} />
      <Causes facts={facts} />
      <Metrics facts={facts} />
      {isMany && <Charts facts={facts} />}
      {parts.map(part => (
        <Values key={part.title} facts={facts} {...part} />
      ))}
      <Code facts={facts} />
      <Data facts={facts} />
      <Outputs facts={facts} />
      {!isMany && <Charts facts={facts} />}
      <Same facts={facts} />
    </>
  );
}

/** A button that saves the comparison as a page that needs neither JupyterLab nor scripts. */
function SaveAsPage(): JSX.Element {
  const { model, trans, announce } = useCompare();
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const write = async (): Promise<void> => {
    setBusy(true);
    try {
      const page = await model.page();
      save(new Blob([page], { type: 'text/html' }), 'comparison.html');
      setProblem('');
      announce(trans.__('Saved as comparison.html'));
    } catch (reason) {
      setProblem(TrailFailure.of(reason).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <IconButton
        icon={saveIcon}
        label={trans.__('Save as HTML')}
        isDisabled={isBusy}
        onClick={() => void write()}
      />
      {problem !== '' && <Failed message={problem} />}
    </>
  );
}

/** What does not differ, folded. */
function Same({ facts }: { facts: RunComparison }): JSX.Element | null {
  const { trans } = useCompare();
  if (facts.same.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('The same in all')}>
      {facts.same.map(part => (
        <details key={part.part} className="ct-Fold">
          <summary>
            {trans.__('Same in all: %1 %2', part.count, part.part)}
          </summary>
          <p className="ct-Compare-names" dir="auto">
            {part.names.join(', ')}
            {part.count > part.names.length ? ' …' : ''}
          </p>
        </details>
      ))}
    </Section>
  );
}
