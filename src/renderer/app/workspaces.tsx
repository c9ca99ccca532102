import { lazy } from "react";

/*
 * The workspaces that nobody sees at the start, each a piece of the page's code of its own. They are read when the first
 * picture is on the glass, so that going to one waits for nothing.
 */

const load = {
  batch: () => import("../features/batch/batch-screen.tsx"),
  compare: () => import("../features/compare/compare-screen.tsx"),
  devices: () => import("../features/devices/devices-screen.tsx"),
  explorer: () => import("../features/explorer/explorer-screen.tsx"),
  library: () => import("../features/library/library-screen.tsx"),
  recipes: () => import("../features/recipes/recipes-screen.tsx"),
  settings: () => import("../features/settings/settings-screen.tsx"),
} as const;

export const BatchScreen = lazy(async () => ({ default: (await load.batch()).BatchScreen }));
export const CompareScreen = lazy(async () => ({ default: (await load.compare()).CompareScreen }));
export const DevicesScreen = lazy(async () => ({ default: (await load.devices()).DevicesScreen }));
export const ExplorerScreen = lazy(async () => ({ default: (await load.explorer()).ExplorerScreen }));
export const LibraryScreen = lazy(async () => ({ default: (await load.library()).LibraryScreen }));
export const RecipesScreen = lazy(async () => ({ default: (await load.recipes()).RecipesScreen }));
export const SettingsScreen = lazy(async () => ({ default: (await load.settings()).SettingsScreen }));

/** Reads them all, one after another. @throws where a file of the page is missing */
export async function loadWorkspaces(): Promise<void> {
  for (const each of Object.values(load)) await each();
}
