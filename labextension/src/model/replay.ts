/** The replay that the panel asks for: what it would run, how far it is, what it came to, and what was kept of earlier ones. */
import type { ReplayPlans, ReplayReport, ReplayState, RunDetail } from '../api';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import { TrailFailure } from './failure';
import type { TrailSource } from './source';

/** The tag with the verdict of the last replay of a run. */
export const STATUS_TAG = 'celltrail.replay';
/** The tag with the run that a replay made again. */
export const OF_TAG = 'celltrail.replay.of';
/** What is not to be taken as it was recorded; `swaps` in the words of the command line. */
export interface ReplayChoice {
  environment: 'here' | 'recorded';
  swaps: readonly string[];
}

/** Nothing is otherwise. */
export const AS_RECORDED: ReplayChoice = { environment: 'here', swaps: [] };
const GOING_ON: readonly string[] = ['starting', 'running', 'comparing'];

/** A tag's value; empty where the run has none. */
export function tagOf(detail: RunDetail, key: string): string {
  return detail.tags.find(tag => tag.key === key)?.value ?? '';
}

/** The replay of one project. Its owner disposes of it. */
export class ReplayModel {
  private notebook = '';
  private _askedFor = '';
  private _plans: ReplayPlans | null = null;
  private _failure: TrailFailure | null = null;
  private choice = AS_RECORDED;
  private question = 0;
  private _hasAnswered = false;
  private _files: readonly string[] = [];
  private _state: ReplayState | null = null;
  private _lost = '';
  private generation = 0;
  private isDisposed = false;
  private readonly reports = new Map<string, ReplayReport>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _failed = new Signal<this, TrailFailure>(this);
  private readonly _ended = new Signal<this, ReplayState>(this);

  constructor(private readonly source: TrailSource) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A request failed. */
  get failed(): ISignal<this, TrailFailure> {
    return this._failed;
  }

  /** A replay that went on does no more. */
  get ended(): ISignal<this, ReplayState> {
    return this._ended;
  }

  /** The run whose plan is shown, to be agreed to; empty when none is. */
  get askedFor(): string {
    return this._askedFor;
  }

  /** What would run; null until it was read. */
  get plans(): ReplayPlans | null {
    return this._plans;
  }

  /** Whether the plan as recorded was shown: from then on the reader may choose. */
  get hasAnswered(): boolean {
    return this._hasAnswered;
  }

  /** The files that the cells of the run read, as the trail names them. */
  get files(): readonly string[] {
    return this._files;
  }

  /** Why it cannot be replayed, started or cancelled. */
  get failure(): TrailFailure | null {
    return this._failure;
  }

  /** The replay that goes on, else the last one; null until the server told. */
  get state(): ReplayState | null {
    return this._state;
  }

  /** The run whose replay ended with its server; empty when none did. */
  get lost(): string {
    return this._lost;
  }

  get isGoingOn(): boolean {
    return this._state !== null && GOING_ON.includes(this._state.phase);
  }

  /** Another project is in front, or the server came back. */
  async follow(notebook: string, isOther: boolean): Promise<void> {
    this.notebook = notebook;
    if (isOther) {
      this.generation += 1;
      this._state = null;
      this._lost = '';
      this.reports.clear();
      this.dismiss();
    }
    await this.refresh();
  }

  /** A live event told of another revision. */
  async hear(revision: number): Promise<void> {
    if (revision > 0 && revision !== this._state?.revision) {
      await this.refresh();
    }
  }

  /** Ask how far it is. */
  async refresh(): Promise<void> {
    const generation = this.generation;
    try {
      const state = await this.source.replay(this.notebook);
      if (generation === this.generation && !this.isDisposed) {
        this.take(state);
      }
    } catch (reason) {
      this._failed.emit(TrailFailure.of(reason));
    }
  }

  /** Show what a replay of a run would execute. */
  async ask(runId: string): Promise<void> {
    this._askedFor = runId;
    this._hasAnswered = false;
    this._files = [];
    this._lost = '';
    await this.choose(AS_RECORDED);
  }

  /** Show what it would execute under other conditions; what was shown cannot be agreed to any more. */
  async choose(choice: ReplayChoice): Promise<void> {
    const runId = this._askedFor;
    this.choice = choice;
    this.question += 1;
    const question = this.question;
    this._plans = null;
    this._failure = null;
    this._changed.emit();
    await this.attempt(async () => {
      const plans = await this.source.replayPlans(this.notebook, {
        run_id: runId,
        environment: choice.environment,
        swaps: [...choice.swaps]
      });
      if (this._askedFor === runId && this.question === question) {
        this._plans = plans;
        this._files = this._hasAnswered ? this._files : plans.full.reads;
        this._hasAnswered = true;
      }
    });
  }

  /** Do not replay after all. */
  dismiss(): void {
    this._askedFor = '';
    this._plans = null;
    this._failure = null;
    this._changed.emit();
  }

  /** Execute what was shown. */
  async start(isFull: boolean): Promise<void> {
    const plan = isFull ? this._plans?.full : this._plans?.needed;
    if (plan === undefined) {
      return;
    }
    await this.attempt(async () => {
      const steps = plan.steps.map(step => step.execution_id);
      const order = {
        run_id: this._askedFor,
        steps,
        is_full: isFull,
        environment: this.choice.environment,
        // as the plan names them: a seed that was drawn for it stays the same
        swaps: plan.swaps
      };
      const state = await this.source.startReplay(this.notebook, order);
      this._askedFor = '';
      this._plans = null;
      this.take(state);
    });
  }

  /** Stop the replay that goes on. */
  async cancel(): Promise<void> {
    await this.attempt(async () => {
      this.take(await this.source.cancelReplay(this.notebook));
    });
  }

  /** What was kept of the last replay of a run; null where there is nothing that can be read. */
  async report(detail: RunDetail): Promise<ReplayReport | null> {
    const kept = detail.artifacts
      .filter(artifact => artifact.kind === 'replay')
      .sort((one, other) => other.at - one.at)[0];
    if (kept === undefined) {
      return null;
    }
    const known = this.reports.get(kept.digest);
    if (known !== undefined) {
      return known;
    }
    const blob = await this.source.blob(
      this.notebook,
      kept.digest,
      kept.media_type
    );
    const report = readReport(await blob.text());
    if (report !== null) {
      this.reports.set(kept.digest, report);
    }
    return report;
  }

  dispose(): void {
    this.isDisposed = true;
    this.generation += 1;
    Signal.clearData(this);
  }

  private take(state: ReplayState): void {
    const before = this._state;
    const wasGoingOn = this.isGoingOn;
    this._state = state;
    if (before !== null && wasGoingOn && state.phase === 'none') {
      this._lost = before.run_id;
    }
    if (before?.revision !== state.revision) {
      this._changed.emit();
    }
    if (wasGoingOn && !GOING_ON.includes(state.phase)) {
      this._ended.emit(state);
    }
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    const generation = this.generation;
    try {
      this._failure = null;
      await act();
    } catch (reason) {
      const failure = TrailFailure.of(reason);
      if (generation === this.generation) {
        this._failure = failure;
      }
      this._failed.emit(failure);
    }
    this._changed.emit();
  }
}

/** A report that a store keeps, which others may have written: only what has the parts that are shown. */
export function readReport(text: string): ReplayReport | null {
  const report = parsed(text);
  const isWhole =
    typeof report.status === 'string' &&
    typeof report.reason === 'string' &&
    typeof report.replayed_run_id === 'string' &&
    Array.isArray(report.checklist) &&
    report.checklist.every(item => isList(item.findings)) &&
    Array.isArray(report.results) &&
    Array.isArray(report.attempts) &&
    // reports from before there were swaps have neither
    isList(report.changes ?? []) &&
    isList(report.doubts ?? []);
  return isWhole
    ? ({ changes: [], doubts: [], ...report } as unknown as ReplayReport)
    : null;
}

/** Whether a value of a file is a list, whatever its type promises. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function parsed(text: string): Partial<ReplayReport> {
  try {
    const plain: unknown = JSON.parse(text);
    return typeof plain === 'object' && plain !== null ? plain : {};
  } catch {
    return {};
  }
}
