/** A function that runs at most once in a period: at once, and once more at the end if it was called in between. */
export interface Throttled {
  (): void;
  cancel(): void;
}

export function throttle(work: () => void, milliseconds: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const finish = () => {
    timer = undefined;
    if (!again) return;
    again = false;
    run();
  };
  const run = () => {
    timer = setTimeout(finish, milliseconds);
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
      again = false;
    },
  });
}
