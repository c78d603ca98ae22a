/** What the extension offers to others: the token of the trail. */
import { Token } from '@lumino/coreutils';
import type { TrailModel } from './model/trail';
import type { TrailSource } from './model/source';

/** The trail of the notebook in front. */
export interface ITrail {
  /** The state behind the panel, the badges and the status bar. */
  readonly model: TrailModel;

  /** The server, for whoever has questions of their own. */
  readonly source: TrailSource;

  /** Show the panel; at one run where an id is given. */
  reveal(runId?: string): void;
}

/** The service that other extensions ask for to show runs. */
export const ITrail = new Token<ITrail>(
  '@celltrail/labextension:ITrail',
  'The trail of runs of the notebook in front: its model, and a way to show a run in the panel.'
);
