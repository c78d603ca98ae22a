/** One output of a cell: it shows itself again whenever its data changes. */
import type { IRenderMime } from '@jupyterlab/rendermime';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSX } from 'react';
import type { View } from '../api';
import { readOutput } from '../model/output';
import { Section } from './section';

/** What the output needs of the front end. */
export interface OutputContext {
  mime: string;
  trans: TranslationBundle;
  openRun: (runId: string) => void;
}

/** The renderer of celltrail's outputs. */
export class OutputView extends ReactWidget implements IRenderMime.IRenderer {
  private shown: View | null = null;

  constructor(private readonly context: OutputContext) {
    super();
    this.addClass('ct-CellOutput');
  }

  /** Nothing in the data is markup: all of it is shown as text. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this.shown = readOutput(model.data[this.context.mime]);
    this.update();
    return this.renderPromise ?? Promise.resolve();
  }

  protected render(): JSX.Element {
    const { trans, openRun } = this.context;
    if (this.shown === null) {
      return (
        <p>
          {trans.__(
            'This output cannot be read: it was made by another version of celltrail.'
          )}
        </p>
      );
    }
    const { title, summary, sections } = this.shown;
    return (
      <div role="group" aria-label={title}>
        <p className="ct-CellOutput-title">{title}</p>
        {summary !== '' && <p className="ct-CellOutput-summary">{summary}</p>}
        {sections.map((section, index) => (
          <Section
            key={index}
            section={section}
            trans={trans}
            openRun={openRun}
          />
        ))}
      </div>
    );
  }
}
