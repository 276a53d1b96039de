/** SIGHUP as the wish for a reload. Without a listener, the signal ends the process. */
export interface HangUp {
  /** Calls back for the next signals, and now if one came before. */
  follow(onSignal: () => void): void;
  /** Restores the default behavior of the signal. */
  dispose(): void;
}

/** Listens for SIGHUP, whether or not anything can be reloaded yet, or still. */
export function listenForHangUp(): HangUp {
  let isAsked = false;
  let listener = (): void => {
    isAsked = true;
  };
  const onHangUp = (): void => listener();
  process.on('SIGHUP', onHangUp);
  return {
    follow(onSignal) {
      listener = onSignal;
      if (isAsked) onSignal();
    },
    dispose: () => void process.off('SIGHUP', onHangUp),
  };
}
