import { createRoot } from "react-dom/client";
import type { OcularBridge } from "../shared/ipc/contract.ts";
import { createClient } from "./api/client.ts";
import { connectStore, createInstrumentStore } from "./api/instrument-store.ts";
import { createPreferenceStore } from "./api/preferences.ts";
import { createPreviewSource, listenForPreviewPort } from "./api/preview-source.ts";
import { App } from "./app/app.tsx";
import { loadWorkspaces } from "./app/workspaces.tsx";
import { preparePainter } from "./scene/prepare-painter.ts";
import "./app/tokens.css";
import "./ui/ui.css";
import "./parts/parts.css";
import "./app/app.css";
import "./features/live/live.css";
import "./features/compare/compare.css";
import "./features/recipes/recipes.css";
import "./features/explorer/explorer.css";
import "./features/batch/batch.css";
import "./features/features.css";
import "./features/devices/devices.css";

/** What the first picture does not need waits for it, but no longer than this: without a camera none comes. */
const PICTURE_FIRST_MS = 300;

/** Starts the screens over a bridge: the one preload made, or the fake one. */
export function startScreens(bridge: OcularBridge, root: HTMLElement): void {
  const store = createInstrumentStore();
  const preview = createPreviewSource();
  listenForPreviewPort(preview, window);
  const pictureOrTime = Promise.race([preview.firstShown, new Promise((resolve) => { setTimeout(resolve, PICTURE_FIRST_MS); })]);
  const client = createClient(bridge, pictureOrTime.then(async () => (await import("./api/shapes.ts")).shapes));
  void pictureOrTime.then(loadWorkspaces);
  connectStore(store, client);
  const screens = <App instrument={{ client, store, preview, preferences: createPreferenceStore(window.localStorage) }} />;
  preparePainter().then(
    () => { createRoot(root).render(screens); },
    (error: unknown) => { root.textContent = `The picture cannot be drawn (${String(error)}): install Ocular again.`; },
  );
}
