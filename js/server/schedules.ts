// Runs the manifest's schedules: each every so many seconds, in as many lanes as it may have. A lane takes one step after
// the other; the module sees to it that no two lanes work on the same thing.
import { setImmediate } from 'node:timers/promises';
import type { Logger } from '@nocobase/server';
import type { ManifestSchedule, ScheduleOutcome } from 'email-manager';
import { describeFailure } from './errors';

type Step = (name: string) => Promise<ScheduleOutcome>;

export class Schedules {
  private readonly lanes: Map<string, Lane[]>;

  constructor(schedules: ManifestSchedule[], step: Step, log: Logger) {
    this.lanes = new Map(
      schedules.map(({ name, everySeconds, concurrency }) => [
        name,
        Array.from({ length: concurrency }, () => new Lane(name, everySeconds * 1000, step, log)),
      ]),
    );
  }

  start(): void {
    for (const lane of [...this.lanes.values()].flat()) lane.start();
  }

  /** Runs a schedule now; a lane that is at work looks once more afterwards. */
  wake(name: string): void {
    for (const lane of this.lanes.get(name) ?? []) lane.wake();
  }

  /** Starts no step any more and waits for those under way. */
  async stop(): Promise<void> {
    await Promise.all([...this.lanes.values()].flat().map((lane) => lane.stop()));
  }
}

class Lane {
  private state: 'new' | 'started' | 'stopped' = 'new';
  private timer: NodeJS.Timeout | undefined;
  private current: Promise<void> | undefined;
  private isWoken = false;

  constructor(
    private readonly name: string,
    private readonly interval: number,
    private readonly step: Step,
    private readonly log: Logger,
  ) {}

  start(): void {
    if (this.state !== 'new') return;
    this.state = 'started';
    this.wake();
  }

  wake(): void {
    if (this.state !== 'started') return;
    this.isWoken = true;
    if (this.current) return;
    clearTimeout(this.timer);
    this.current = this.run().finally(() => {
      this.current = undefined;
      if (this.state !== 'started') return;
      this.timer = setTimeout(() => this.wake(), this.interval);
      this.timer.unref();
    });
  }

  async stop(): Promise<void> {
    this.state = 'stopped';
    clearTimeout(this.timer);
    await this.current;
  }

  private async run(): Promise<void> {
    let again = true;
    while (this.state === 'started' && (again || this.isWoken)) {
      this.isWoken = false;
      again = await this.runStep();
      // Requests get their turn between two steps.
      await setImmediate();
    }
  }

  /** A step that fails ends the run: the next one comes with the timer. */
  private async runStep(): Promise<boolean> {
    try {
      const { again } = await this.step(this.name);
      return again;
    } catch (error) {
      this.log.error(`the schedule "${this.name}" failed: ${describeFailure(error)}`);
      return false;
    }
  }
}
