import type { OcularBridge } from "../shared/ipc/contract.ts";
import { startScreens } from "./start.tsx";

declare global {
  interface Window {
    /** Put there by the preload; absent in a plain browser. */
    readonly ocular?: OcularBridge;
  }
}

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
if (window.ocular === undefined) root.textContent = "Ocular runs in its own window: start it with npm start.";
else startScreens(window.ocular, root);
