/** What the comparison view shows: what differs between runs, why two of them differ, and one figure. */
import type {
  Explanation,
  Figure,
  FigureKind,
  FigureQuestion,
  ProofPlan,
  ReplayState,
  RunComparison,
  StoreChanged
} from '../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from './failure';
import type { Previews } from './previews';
import { previewsOf } from './previews';
import type { TrailSource } from './source';

/** Which runs are compared, and the notebook whose project they are of. */
export interface ComparePlace {
  notebook: string;
  runIds: readonly string[];
}

/** What of the figure can be chosen. */
export type FigureChoice = Omit<FigureQuestion, 'run_ids'>;

/** An answer, or why there is none; both null while it is waited for. */
export interface Asked<T> {
  answer: T | null;
  failure: TrailFailure | null;
}

/** A cause that is being proven. */
export interface Proof {
  /** The cause's swap; empty where none is. */
  swap: string;
  /** What would be executed. */
  plan: ProofPlan | null;
  failure: TrailFailure | null;
  /** The replay, once it was started. */
  state: ReplayState | null;
}

const NO_PROOF: Proof = { swap: '', plan: null, failure: null, state: null };
const WAITING = { answer: null, failure: null };
const FIRST_FIGURE: FigureChoice = {
  kind: 'parallel',
  metric: '',
  param: '',
  axis: 'step',
  smoothing: 0
};

/** The model of one comparison. Its owner disposes of it. */
export class CompareModel {
  private _facts: Asked<RunComparison> = WAITING;
  private _pair: Asked<Explanation> = WAITING;
  private _figure: Asked<Figure> = WAITING;
  /** The artifacts of the runs' project. */
  readonly previews: Previews;
  private _other = '';
  private _metric = '';
  private _choice: FigureChoice = FIRST_FIGURE;
  private _proof: Proof = NO_PROOF;
  private readonly turns = new Map<string, number>();
  private isDisposed = false;
  private readonly _changed = new Signal<this, void>(this);

  constructor(
    private readonly source: TrailSource,
    readonly place: ComparePlace
  ) {
    this.previews = previewsOf(source, () => place.notebook);
    source.storeChanged.connect(this.onStoreChanged, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** What differs. */
  get facts(): Asked<RunComparison> {
    return this._facts;
  }

  /** Why the chosen run differs from the baseline. */
  get pair(): Asked<Explanation> {
    return this._pair;
  }

  get figure(): Asked<Figure> {
    return this._figure;
  }

  /** The run that is held against the baseline where two are. */
  get other(): string {
    return this._other;
  }

  /** The metric that is explained; empty for the runs' key metric. */
  get metric(): string {
    return this._metric;
  }

  get choice(): FigureChoice {
    return this._choice;
  }

  /** Ask for everything. */
  async load(): Promise<void> {
    const { notebook, runIds } = this.place;
    const facts = await this.ask('facts', () =>
      this.source.compare(notebook, [...runIds])
    );
    if (facts === null) {
      return;
    }
    this._facts = facts;
    const others = facts.answer?.runs.slice(1) ?? [];
    if (!others.some(run => run.run_id === this._other)) {
      this._other = others[0]?.run_id ?? '';
    }
    this._changed.emit();
    if (facts.answer !== null) {
      await Promise.all([this.explain(), this.draw()]);
    }
  }

  /** The whole comparison as an HTML document, to be saved. */
  async page(): Promise<string> {
    const { notebook, runIds } = this.place;
    return (await this.source.comparePage(notebook, [...runIds])).html;
  }

  /** Hold another run against the baseline. */
  async setOther(runId: string): Promise<void> {
    this._other = runId;
    await this.explain();
  }

  /** Explain another metric. */
  async setMetric(name: string): Promise<void> {
    this._metric = name;
    await this.explain();
  }

  /** Draw another figure. */
  async setFigure(choice: Partial<FigureChoice>): Promise<void> {
    const isOther =
      choice.kind !== undefined && choice.kind !== this._choice.kind;
    // another kind has a metric of its own to begin with
    const fresh = isOther ? { metric: '', param: '' } : {};
    this._choice = { ...this._choice, ...fresh, ...choice };
    await this.draw();
  }

  /** The proof that the reader thinks about, or that goes on. */
  get proof(): Proof {
    return this._proof;
  }

  /** Show what would be executed to prove a cause. */
  async askProof(swap: string): Promise<void> {
    this._proof = { ...NO_PROOF, swap };
    this._changed.emit();
    const question = {
      before: this.baseline,
      after: this._other,
      swap,
      metric: this._metric
    };
    const plan = await this.ask('proof', () =>
      this.source.proofPlan(this.place.notebook, question)
    );
    if (plan !== null) {
      const { answer, failure } = plan;
      this._proof = { ...this._proof, plan: answer, failure };
      this._changed.emit();
    }
  }

  /** Do not prove it after all. */
  dropProof(): void {
    this._proof = NO_PROOF;
    this._changed.emit();
  }

  /** Execute what was shown. */
  async startProof(): Promise<void> {
    const { plan } = this._proof;
    if (plan === null) {
      return;
    }
    const { needed } = plan.plans;
    const order = {
      run_id: needed.run_id,
      steps: needed.steps.map(step => step.execution_id),
      swaps: [plan.swap]
    };
    const state = await this.ask('proof', () =>
      this.source.startReplay(this.place.notebook, order)
    );
    if (state !== null) {
      const { answer, failure } = state;
      this._proof = { ...this._proof, state: answer, failure };
      this._changed.emit();
    }
  }

  /** Stop the replay that proves. */
  async cancelProof(): Promise<void> {
    const { notebook } = this.place;
    await this.ask('cancel', () => this.source.cancelReplay(notebook));
  }

  dispose(): void {
    this.isDisposed = true;
    this.source.storeChanged.disconnect(this.onStoreChanged, this);
    Signal.clearData(this);
  }

  private get baseline(): string {
    return this._facts.answer?.runs[0]?.run_id ?? '';
  }

  /** Follow the replay that proves, and explain anew when it has ended. */
  private onStoreChanged(_: unknown, change: StoreChanged): void {
    if (this._proof.state !== null && change.replay_revision > 0) {
      void this.followProof();
    }
  }

  private async followProof(): Promise<void> {
    const asked = await this.ask('state', () =>
      this.source.replay(this.place.notebook)
    );
    const state = asked?.answer ?? null;
    if (state?.run_id !== this.baseline || this._proof.state === null) {
      return;
    }
    this._proof = { ...this._proof, state };
    this._changed.emit();
    if (state.phase === 'ended') {
      this._proof = NO_PROOF;
      // the report is in the journal, and the store may not have read it yet
      await this.ask('fold', () =>
        this.source.ask(this.place.notebook, 'fold', {})
      );
      await this.explain();
    }
  }

  private async explain(): Promise<void> {
    const before = this.baseline;
    this._pair = WAITING;
    this._changed.emit();
    const question = { before, after: this._other, metric: this._metric };
    const pair = await this.ask('pair', () =>
      this.source.comparePair(this.place.notebook, question)
    );
    if (pair !== null) {
      this._pair = pair;
      this._changed.emit();
    }
  }

  private async draw(): Promise<void> {
    const run_ids = this._facts.answer?.runs.map(run => run.run_id) ?? [];
    this._changed.emit();
    const question = { ...this._choice, run_ids };
    const figure = await this.ask('figure', () =>
      this.source.compareFigure(this.place.notebook, question)
    );
    if (figure !== null) {
      this._figure = figure;
      this._changed.emit();
    }
  }

  /** Null where another question was asked meanwhile. */
  private async ask<T>(
    what: string,
    put: () => Promise<T>
  ): Promise<Asked<T> | null> {
    const turn = (this.turns.get(what) ?? 0) + 1;
    this.turns.set(what, turn);
    let asked: Asked<T>;
    try {
      asked = { answer: await put(), failure: null };
    } catch (reason) {
      asked = { answer: null, failure: TrailFailure.of(reason) };
    }
    return this.turns.get(what) === turn && !this.isDisposed ? asked : null;
  }
}

/** The figures that can be chosen. */
export const FIGURES: readonly FigureKind[] = [
  'parallel',
  'scatter',
  'curves',
  'box'
];
