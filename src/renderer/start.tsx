import { createRoot } from "react-dom/client";
import * as z from "zod";
import type { OcularBridge } from "../shared/ipc/contract.ts";
import { createClient } from "./api/client.ts";
import { connectStore, createInstrumentStore } from "./api/instrument-store.ts";
import { createPreferenceStore } from "./api/preferences.ts";
import { createPreviewSource, listenForPreviewPort } from "./api/preview-source.ts";
import { App } from "./app/app.tsx";
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

/** Starts the screens over a bridge: the one preload made, or the fake one. */
export function startScreens(bridge: OcularBridge, root: HTMLElement): void {
  // The page's content policy forbids code made from text: the schema library must not try it.
  z.config({ jitless: true });
  const client = createClient(bridge);
  const store = createInstrumentStore();
  const preview = createPreviewSource();
  listenForPreviewPort(preview, window);
  connectStore(store, client);
  const screens = <App instrument={{ client, store, preview, preferences: createPreferenceStore(window.localStorage) }} />;
  preparePainter().then(
    () => { createRoot(root).render(screens); },
    (error: unknown) => { root.textContent = `The picture cannot be drawn (${String(error)}): install Ocular again.`; },
  );
}
