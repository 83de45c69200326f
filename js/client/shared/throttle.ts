/** A function that runs at most once in a period: at once, and once more at the end if it was called in between. */
export interface Throttled {
  (): void;
  cancel(): void;
}

/** The period is `shortest` milliseconds; under calls without end it doubles up to `longest`, until a period passes quietly. */
export function throttle(work: () => void, shortest: number, longest = shortest): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let period = shortest;
  let again = false;
  const finish = () => {
    timer = undefined;
    if (!again) {
      period = shortest;
      return;
    }
    again = false;
    period = Math.min(period * 2, longest);
    run();
  };
  const run = () => {
    timer = setTimeout(finish, period);
    work();
  };
  const call = () => {
    if (timer === undefined) run();
    else again = true;
  };
  return Object.assign(call, {
    cancel: () => {
      clearTimeout(timer);
      timer = undefined;
      period = shortest;
      again = false;
    },
  });
}
