import { useLayoutEffect, useState } from "react";

/** Gives the keyboard back, when this goes, to what had it before. After a click nobody had it, and nobody gets it. */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => () => { if (before instanceof HTMLElement && before.isConnected) before.focus(); }, [before]);
}
