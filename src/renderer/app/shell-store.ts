import { createStore } from "zustand/vanilla";

export type Workspace = "live" | "compare" | "recipes" | "explorer" | "batch" | "library" | "devices" | "settings";

/** Where the person is. */
export interface ShellState {
  readonly workspace: Workspace;
  readonly paletteOpen: boolean;
  readonly keysOpen: boolean;
  /** A saved session the library or the explorer should open. */
  readonly sessionToOpen: string | undefined;
  /** What the batch screen should have in its form. */
  readonly batchInputs: readonly string[];
}
export type ShellStore = ReturnType<typeof createShellStore>;

export function createShellStore() {
  return createStore<ShellState>(() => ({ workspace: "live", paletteOpen: false, keysOpen: false, sessionToOpen: undefined, batchInputs: [] }));
}
