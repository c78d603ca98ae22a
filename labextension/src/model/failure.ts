/** What went wrong between the panel and the server, in words for people. */

/** `offline`: no answer came; `refused`: the server answered with a reason. */
export type FailureKind = 'offline' | 'refused';

/** A request that did not succeed. */
export class TrailFailure extends Error {
  /**
   * @param kind - Whether the server was reached.
   * @param message - The server's words, or the browser's.
   * @param error - The name of celltrail's error class; empty for others.
   * @param position - Where in a filter the problem is; null elsewhere.
   */
  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly error = '',
    readonly position: number | null = null
  ) {
    super(message);
    this.name = 'TrailFailure';
  }

  /** Any thrown value as a failure. */
  static of(reason: unknown): TrailFailure {
    if (reason instanceof TrailFailure) {
      return reason;
    }
    const message = reason instanceof Error ? reason.message : String(reason);
    return new TrailFailure('refused', message);
  }
}
