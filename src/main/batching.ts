import path from "node:path";
import { dialog, shell } from "electron";
import type { BrowserWindow } from "electron";
import type { BatchDesk, BatchDeskParts } from "../engine/batch/batch-desk.ts";
import type { BatchStatus } from "../shared/domain/batch.ts";
import type { Implementations } from "./answer-call.ts";

/** The batch of the desktop app: read and started when its screen is opened, for it has no part in the first picture. */
export interface Batching {
  readonly calls: Pick<Implementations, Extract<keyof Implementations, `batch.${string}`>>;
  /** Every change of the batch. */
  onDidChange(listener: (status: BatchStatus) => void): void;
  /** Ends a running batch; it goes on with the next start of the same. */
  dispose(): Promise<void>;
}

export function createBatching(parts: BatchDeskParts, window: () => BrowserWindow | undefined): Batching {
  const listeners: Array<(status: BatchStatus) => void> = [];
  let opening: Promise<BatchDesk> | undefined;
  const open = (): Promise<BatchDesk> => (opening ??= import("../engine/batch/batch-desk.ts").then(({ createBatchDesk }) => {
    const desk = createBatchDesk(parts);
    desk.onDidChange((status) => { for (const listener of listeners) listener(status); });
    return desk;
  }));
  const pickFolder = async (title: string): Promise<{ path?: string }> => {
    const options = { title, properties: ["openDirectory", "createDirectory"] as Array<"openDirectory" | "createDirectory"> };
    const owner = window();
    const { canceled, filePaths } = await (owner === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(owner, options));
    const [picked] = filePaths;
    return canceled || picked === undefined ? {} : { path: picked };
  };
  return {
    calls: {
      "batch.status": async () => (await open()).status(),
      "batch.pickFolder": ({ purpose }) => pickFolder(purpose === "inputs" ? "Folder of pictures" : "Folder for the results"),
      "batch.start": async (order) => (await open()).start(order),
      "batch.cancel": async () => {
        (await open()).cancel();
        return {};
      },
      "batch.cells": async (request) => (await open()).cells(request),
      "batch.showResults": async () => {
        const { order } = (await open()).status();
        // run.json is always there when there are results; the folder opens with it selected.
        if (order !== undefined) shell.showItemInFolder(path.join(order.out, "run.json"));
        return {};
      },
    },
    onDidChange: (listener) => { listeners.push(listener); },
    dispose: async () => { await (await opening)?.dispose(); },
  };
}
