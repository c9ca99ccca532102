import { createFakeBridge } from "../api/fake-bridge.ts";
import { isFakeScenario } from "../api/fake-scenarios.ts";
import { startScreens } from "../start.tsx";
import { loadFakePicture } from "./fake-picture.ts";

/*
 * The screens over a fake instrument, for work on them in any browser: `?state=session&theme=light`. Never part of the app.
 */
const query = new URLSearchParams(window.location.search);
const wanted = query.get("state");
const scenario = isFakeScenario(wanted) ? wanted : "live";
const theme = query.get("theme");
if (theme !== null) window.localStorage.setItem("ocular.preferences.1", JSON.stringify({ theme, operator: "A. Novak" }));

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no #root.");
const fake = createFakeBridge(scenario, await loadFakePicture());
startScreens(fake.bridge, root);
fake.start(window);
