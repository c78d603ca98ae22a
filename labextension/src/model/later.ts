/** Things to be done after a while, by name: wishes that come close together are one. */

/** Timers with names. Their owner disposes of them. */
export class Later {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Do something once after a while; a second wish within it is the same wish, unless it starts the while again. */
  do(
    name: string,
    delayMs: number,
    act: () => Promise<void>,
    restarts = false
  ): void {
    const timer = this.timers.get(name);
    if (timer !== undefined && !restarts) {
      return;
    }
    clearTimeout(timer);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        void act();
      }, delayMs)
    );
  }

  dispose(): void {
    this.timers.forEach(timer => clearTimeout(timer));
    this.timers.clear();
  }
}
