import type { ClassInfo } from "../../shared/domain/detection.ts";
import type { DevicesController } from "../features/devices/devices-controller.ts";
import type { LiveController } from "../features/live/live-controller.ts";
import type { KeyedAction } from "./keymap.ts";
import type { ShellStore, Workspace } from "./shell-store.ts";
import { appWords as words } from "./words.ts";

/** Something a person can do, by name: for keys, the palette and the `?` overview. */
export interface Action {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  /** Keys of a workspace do nothing while another one is open; by its name in the palette an action is at hand from everywhere. */
  readonly scope: "live" | "devices" | "everywhere";
  readonly run: () => void;
}

/** Factor of one zoom key press. */
const ZOOM_STEP = 1.25;
/** With Shift the focus goes this many steps. */
const COARSE = 10;

/** Every action there is. `classes` names the digits. */
export function createActions(live: LiveController, devices: DevicesController, shell: ShellStore, preferences: { readonly toggleMap: () => void; readonly toggleTheme: () => void }, classes: readonly ClassInfo[]): readonly Action[] {
  const { groups, actions } = words;
  const make = (scope: Action["scope"], group: string) => (id: KeyedAction | (string & {}), label: string, run: () => unknown): Action => ({ id, label, group, scope, run: () => void run() });
  const stage = make("live", groups.stage);
  const session = make("live", groups.session);
  const cells = make("live", groups.cells);
  const view = make("live", groups.view);
  const setUp = make("devices", groups.devices);
  const app = make("everywhere", groups.app);
  const middle = () => {
    const canvas = document.querySelector("[data-testid=picture-canvas]");
    return { x: (canvas?.clientWidth ?? 0) / 2, y: (canvas?.clientHeight ?? 0) / 2 };
  };
  const inDevices = (): void => { shell.setState({ workspace: "devices" }); };
  const open = (workspace: Workspace) => () => { shell.setState({ workspace }); };
  return [
    session("primary", actions.primary, () => live.primary()),
    session("session.pause", actions.pause, () => live.togglePause()),
    session("session.finish", actions.finish, () => { live.askFinish(); }),
    stage("stage.left", actions.quarter("left"), () => { live.step("left", "quarter"); }),
    stage("stage.right", actions.quarter("right"), () => { live.step("right", "quarter"); }),
    stage("stage.up", actions.quarter("up"), () => { live.step("up", "quarter"); }),
    stage("stage.down", actions.quarter("down"), () => { live.step("down", "quarter"); }),
    stage("stage.leftField", actions.full("left"), () => { live.step("left", "full"); }),
    stage("stage.rightField", actions.full("right"), () => { live.step("right", "full"); }),
    stage("stage.upField", actions.full("up"), () => { live.step("up", "full"); }),
    stage("stage.downField", actions.full("down"), () => { live.step("down", "full"); }),
    stage("stage.nextField", actions.nextField, () => { live.nextField(); }),
    // A running stage can be stopped from anywhere.
    { ...stage("stage.stop", actions.stop, () => live.stop()), scope: "everywhere" },
    stage("focus.up", actions.focusUp, () => { live.focusBy(1); }),
    stage("focus.down", actions.focusDown, () => { live.focusBy(-1); }),
    stage("focus.upCoarse", actions.focusUpCoarse, () => { live.focusBy(COARSE); }),
    stage("focus.downCoarse", actions.focusDownCoarse, () => { live.focusBy(-COARSE); }),
    stage("focus.auto", actions.autofocus, () => live.autofocus()),
    ...classes.slice(0, 9).map((info, index) => cells(`annotation.class.${index + 1}`, actions.reclassify(info.name), () => live.reclassify(index + 1))),
    cells("cells.list", actions.cellList, () => { document.querySelector<HTMLElement>("[data-testid=cell-list]")?.focus(); }),
    cells("annotation.reject", actions.reject, () => live.reject()),
    cells("annotation.undo", actions.undo, () => live.undo()),
    view("view.fit", actions.fit, () => { live.fit(); }),
    view("view.oneToOne", actions.oneToOne, () => { live.oneToOne(); }),
    view("view.zoomIn", actions.zoomIn, () => { live.zoom(ZOOM_STEP, middle()); }),
    view("view.zoomOut", actions.zoomOut, () => { live.zoom(1 / ZOOM_STEP, middle()); }),
    view("contrast.auto", actions.autoContrast, () => { live.toggleAutoContrast(); }),
    view("overlays.toggle", actions.overlays, () => { live.toggleOverlays(); }),
    view("view.crosshair", actions.crosshair, () => { live.toggleCrosshair(); }),
    view("view.map", actions.map, preferences.toggleMap),
    view("live.toggle", actions.camera, () => live.toggleCamera()),
    // From the palette they open the workspace in which their answer is to be seen.
    setUp("devices.add", actions.addDevice, () => { inDevices(); devices.openAdd(); }),
    setUp("devices.look", actions.lookForDevices, () => { inDevices(); return devices.look(); }),
    setUp("devices.reconnect", actions.reconnectDevices, () => { inDevices(); return devices.reconnectMissing(); }),
    setUp("devices.search", actions.searchDevice, () => { devices.focusSearch(); }),
    setUp("devices.microscope", actions.showMicroscope, () => { inDevices(); devices.choose(undefined); }),
    setUp("devices.home", actions.homeStage, () => { inDevices(); devices.askHome(); }),
    setUp("devices.import", actions.importDevices, () => { inDevices(); return devices.importFile(); }),
    setUp("devices.export", actions.exportDevices, () => devices.exportFile()),
    setUp("devices.bundle", actions.supportBundle, () => devices.supportBundle()),
    app("app.live", actions.open("Live"), open("live")),
    app("app.compare", actions.open("Compare"), open("compare")),
    app("app.recipes", actions.open("Recipes"), open("recipes")),
    app("app.explorer", actions.open("Explore"), open("explorer")),
    app("app.batch", actions.open("Batch"), open("batch")),
    app("app.library", actions.open("Library"), open("library")),
    app("app.devices", actions.open("Devices"), open("devices")),
    app("app.settings", actions.open("Settings"), open("settings")),
    app("app.theme", actions.theme, preferences.toggleTheme),
    app("app.palette", actions.palette, () => { shell.setState({ paletteOpen: true }); }),
    app("app.keys", actions.keys, () => { shell.setState({ keysOpen: true }); }),
  ];
}

/** Actions whose name has all the words typed, those that begin with them first. */
export function findActions(actions: readonly Action[], typed: string): readonly Action[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return actions;
  const parts = wanted.split(/\s+/u);
  return actions
    .filter((action) => parts.every((part) => `${action.label} ${action.group}`.toLowerCase().includes(part)))
    .sort((a, b) => Number(b.label.toLowerCase().startsWith(wanted)) - Number(a.label.toLowerCase().startsWith(wanted)));
}
