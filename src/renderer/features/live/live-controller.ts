import type { CameraControl, ControlValue } from "../../../shared/domain/camera-controls.ts";
import type { CameraSettings } from "../../../shared/domain/devices.ts";
import { can } from "../../../core/acquisition/acquisition-states.ts";
import { type PadMotion } from "../../../core/input/pad-motion.ts";
import type { Instrument } from "../../api/context.tsx";
import type { PictureView } from "../../scene/picture-view.ts";
import type { PointPx } from "../../scene/view-transform.ts";
import { heldField, keptFieldInView } from "./field-in-view.ts";
import { fieldStepUm, fieldWays, focusStepUm } from "./field-step.ts";
import type { Direction } from "./field-step.ts";
import { stageGoalFor } from "./live-place.ts";
import { createLiveStore } from "./live-store.ts";
import { cameraAnswers } from "./picture-state.ts";
import { createStepQueue } from "./step-queue.ts";
import { createStickDrive } from "./stick-drive.ts";
import { liveWords as words } from "./words.ts";

/** Everything a person can do on the live screen: buttons, keys and the palette all come here. */
export type LiveController = ReturnType<typeof createLiveController>;

export function createLiveController(instrument: Instrument) {
  const { client, store, preferences } = instrument;
  const live = createLiveStore(preferences.getState().operator);
  let picture: PictureView | undefined;
  let pointer: PointPx | undefined;
  /** A cell was chosen in the list after the pointer last moved: it is meant, though the pointer still rests on another. */
  let chosenLast = false;
  /** Where the last full step went: the next field lies there. */
  let along: Direction = "right";

  const snapshot = () => store.getState().snapshot;
  const setBusy = (id: string, busy: boolean): void => {
    const next = new Set(live.getState().busy);
    if (busy) next.add(id);
    else next.delete(id);
    live.setState({ busy: next });
  };
  /** Runs one request; its error becomes a toast. The same request is not sent twice at once. */
  const attempt = async (id: string, what: string, task: () => Promise<unknown>): Promise<boolean> => {
    if (live.getState().busy.has(id)) return false;
    setBusy(id, true);
    try {
      await task();
      return true;
    } catch (error) {
      store.report(error, what);
      return false;
    } finally {
      setBusy(id, false);
    }
  };

  const stageSteps = createStepQueue(async ({ x = 0, y = 0 }) => {
    try {
      await client.call("stage.moveBy", { xUm: x, yUm: y });
      return true;
    } catch (error) {
      stick.refuse();
      store.report(error, "Moving the stage");
      return false;
    }
  });
  const focusSteps = createStepQueue(async ({ z = 0 }) => {
    try {
      await client.call("focus.moveBy", { zUm: z });
      return true;
    } catch (error) {
      stick.refuse();
      store.report(error, "Focusing");
      return false;
    }
  });

  const stick = createStickDrive({
    nowMs: () => performance.now(),
    place: () => {
      const { stage, focus } = snapshot() ?? {};
      const field = fieldWays(snapshot());
      const focusUm = focusStepUm(snapshot());
      return {
        ...(stage === undefined ? {} : { x: { atUm: stage.positionUm.x, limits: stage.limits.x }, y: { atUm: stage.positionUm.y, limits: stage.limits.y } }),
        ...(focus === undefined ? {} : { z: { atUm: focus.positionUm, limits: focus.limits } }),
        ...(field === undefined ? {} : { field }), focusUm,
      };
    },
    jogStage: async (xUm, yUm) => { await client.call("stage.jog", { xUm, yUm }); },
    jogFocus: async (zUm) => { await client.call("focus.jog", { zUm }); },
    stop: async () => { await client.call("stage.stop", {}); },
    onRefused: (error) => { store.report(error, "Moving by the stick"); },
    onNoScale: () => { store.toast("notice", words.noScale); },
  });

  /** The cell meant: under the pointer or chosen in the list, whichever a person did last. Says why when there is none to correct. */
  const cellToCorrect = (): { readonly fieldId: string; readonly detectionId: string } | undefined => {
    const { fields } = store.getState();
    const field = heldField(snapshot(), fields, live.getState().heldId) ?? keptFieldInView(snapshot(), fields);
    if (snapshot()?.session === undefined) return refuse(words.noSession);
    if (field === undefined) return refuse(words.keepFirst);
    if (field.detections === undefined) return refuse(words.waitForAnalysis);
    const pointed = pointer === undefined ? undefined : picture?.pick(pointer)?.item?.id;
    const { selectedId } = live.getState();
    const detectionId = chosenLast ? (selectedId ?? pointed) : (pointed ?? selectedId);
    if (detectionId === undefined || !field.detections.some((detection) => detection.id === detectionId)) return refuse(words.pointAtCell);
    return { fieldId: field.fieldId, detectionId };
  };
  const refuse = (why: string): undefined => {
    store.toast("notice", why);
    return undefined;
  };

  return {
    live,
    /** The picture on screen, for keys that zoom and for picking. */
    setPicture(view: PictureView | undefined): void {
      picture = view;
    },
    setPointer(at: PointPx | undefined): void {
      if (at?.x !== pointer?.x || at?.y !== pointer?.y) chosenLast = false;
      pointer = at;
      this.lookUnderPointer();
    },
    /** What the pointer rests on changes when it moves, and when the overlay under it does. */
    lookUnderPointer(): void {
      const item = pointer === undefined ? undefined : picture?.pick(pointer)?.item;
      if (item === undefined && live.getState().hover === undefined) return;
      live.setState({ hover: item === undefined || pointer === undefined ? undefined : { item, screenPx: pointer } });
    },

    /** Chooses a cell of the field in view by the list. */
    choose(detectionId: string | undefined): void {
      chosenLast = detectionId !== undefined;
      live.setState({ selectedId: detectionId });
    },

    // Stage and focus
    step(direction: Direction, part: "quarter" | "full"): void {
      const step = fieldStepUm(snapshot(), direction, part);
      if (step === undefined) store.toast("notice", words.noScale);
      else stageSteps.add({ x: step.x, y: step.y });
      if (part === "full") along = direction;
    },
    /** One field further, the way the last full step went; to the right at first. */
    nextField(): void {
      this.step(along, "full");
    },
    /** Goes as a stick says, told again and again while it is held; when it is let go, everything stands. */
    drive(motion: PadMotion): void {
      stick.drive(motion);
    },
    async moveTo(xUm: number, yUm: number): Promise<void> {
      stageSteps.clear();
      await attempt("stage.moveTo", "Moving the stage", () => client.call("stage.moveTo", { xUm, yUm }));
    },
    async centreOn(screenPx: PointPx): Promise<void> {
      const picked = picture?.pick(screenPx);
      if (picked === undefined) return;
      if (picked.stageUm === undefined) store.toast("notice", words.noPlace);
      else await this.show(picked.stageUm);
    },
    /** Brings a place of the slide to the middle of the picture. */
    async show(placeUm: { readonly x: number; readonly y: number }): Promise<void> {
      const goal = stageGoalFor(snapshot(), placeUm);
      await this.moveTo(goal.x, goal.y);
    },
    focusBy(steps: number): void {
      focusSteps.add({ z: steps * focusStepUm(snapshot()) });
    },
    async focusTo(zUm: number): Promise<void> {
      focusSteps.clear();
      await attempt("focus.moveTo", "Focusing", () => client.call("focus.moveTo", { zUm }));
    },
    /** Finding no plane is an answer: the drive is back where it was. */
    async autofocus(): Promise<void> {
      focusSteps.clear();
      await attempt("focus.auto", "Autofocus", async () => {
        const { found } = await client.call("focus.auto", {});
        if (!found) store.toast("notice", words.noFocusFound);
      });
    },
    /** Stop is never held back by another request under way. A stick that is still held must be let go first. */
    async stop(): Promise<void> {
      stick.refuse();
      stageSteps.clear();
      focusSteps.clear();
      try {
        await client.call("stage.stop", {});
      } catch (error) {
        store.report(error, "Stopping the stage");
      }
    },

    // Camera, light, lens
    async applyCamera(settings: Partial<CameraSettings>): Promise<void> {
      try {
        await client.call("camera.apply", settings);
      } catch (error) {
        store.report(error, "Camera settings");
      }
    },
    /** All controls as they are then; nothing when it failed, which a toast has told. */
    async setCameraControl(id: string, value: ControlValue): Promise<readonly CameraControl[] | undefined> {
      try {
        return await client.call("camera.setControl", { id, value });
      } catch (error) {
        store.report(error, "Camera control");
        return undefined;
      }
    },
    async setLight(percent: number): Promise<void> {
      try {
        await client.call("light.set", { percent });
      } catch (error) {
        store.report(error, "Light");
      }
    },
    async selectObjective(objectiveId: string): Promise<void> {
      await attempt("objective.select", "Changing the objective", () => client.call("objective.select", { objectiveId }));
    },
    async toggleCamera(): Promise<void> {
      const state = snapshot()?.acquisition ?? "idle";
      if (can(state, "start")) await attempt("live.start", "Starting the camera", () => client.call("live.start", {}));
      else if (can(state, "stop")) await attempt("live.stop", "Stopping the camera", () => client.call("live.stop", {}));
    },

    // Analysis
    async setAnalysis(enabled: boolean): Promise<void> {
      await attempt("analyzer.setEnabled", "Switching the analysis", () => client.call("analyzer.setEnabled", { enabled }));
    },
    async setThreshold(classId: string, score: number): Promise<void> {
      const scoreThresholds = { ...snapshot()?.analyzer.scoreThresholds, [classId]: score };
      try {
        await client.call("analyzer.setThresholds", { scoreThresholds });
      } catch (error) {
        store.report(error, "Score threshold");
      }
    },

    async restartTracks(): Promise<void> {
      await attempt("live.restartTracks", "Counting the running view anew", () => client.call("live.restartTracks", {}));
    },

    // Session
    async startSession(): Promise<void> {
      const { operator, specimenId, note, countingRule, stopRule } = live.getState().draft;
      live.setState({ startTries: live.getState().startTries + 1 });
      if (operator.trim() === "" || specimenId.trim() === "") return;
      const started = await attempt("session.start", "Starting the session", () => client.call("session.start", { operator: operator.trim(), specimenId: specimenId.trim(), note: note.trim(), countingRule, ...(stopRule === undefined ? {} : { stopRule }) }));
      if (!started) return;
      preferences.setState({ operator: operator.trim() });
      live.setState({ startTries: 0, finishAsked: false, finishedName: undefined, draft: { operator: operator.trim(), specimenId: "", note: "", countingRule, stopRule } });
    },
    async togglePause(): Promise<void> {
      const paused = snapshot()?.session?.paused;
      if (paused === undefined) store.toast("notice", words.noSession);
      else await attempt("session.pause", paused ? "Resuming" : "Pausing", () => client.call(paused ? "session.resume" : "session.pause", {}));
    },
    async addNote(text: string): Promise<boolean> {
      return attempt("session.note", "Adding the note", () => client.call("session.note", { text }));
    },
    askFinish(): void {
      if (snapshot()?.session === undefined) store.toast("notice", words.noSession);
      else live.setState({ finishAsked: true });
    },
    async finish(): Promise<void> {
      await attempt("session.finish", "Finishing the session", async () => {
        const { name } = await client.call("session.finish", {});
        live.setState({ finishAsked: false, finishedName: name });
      });
    },
    async keep(): Promise<void> {
      const session = snapshot()?.session;
      if (session === undefined) store.toast("notice", words.noSession);
      else if (session.paused) store.toast("notice", words.paused);
      else if (!cameraAnswers(snapshot())) store.toast("warning", words.cannotKeep);
      else await attempt("field.keep", "Keeping the field", async () => {
        const field = await client.call("field.keep", {});
        store.tell({ kind: "field", field });
        if (snapshot()?.stage === undefined) live.setState({ heldId: field.fieldId, selectedId: undefined });
      });
    },
    /** Lets a held field go: back to the live picture. */
    letGo(): void {
      live.setState({ heldId: undefined, selectedId: undefined });
    },
    /** What Space and the large button do. */
    async primary(): Promise<void> {
      const session = snapshot()?.session;
      if (session === undefined) await this.startSession();
      else if (session.paused) await this.togglePause();
      else if (heldField(snapshot(), store.getState().fields, live.getState().heldId) !== undefined) this.letGo();
      else await this.keep();
    },

    // Corrections
    async reclassify(digit: number): Promise<void> {
      const toClass = snapshot()?.analyzer.classes[digit - 1];
      if (toClass === undefined) {
        store.toast("notice", words.noClass(digit));
        return;
      }
      const cell = cellToCorrect();
      if (cell === undefined) return;
      await attempt(`correct ${cell.detectionId}`, "Correcting", async () => { store.tell({ kind: "field", field: await client.call("annotation.reclassify", { ...cell, toClassId: toClass.id }) }); });
    },
    async reject(): Promise<void> {
      const cell = cellToCorrect();
      if (cell === undefined) return;
      await attempt(`correct ${cell.detectionId}`, "Rejecting", async () => { store.tell({ kind: "field", field: await client.call("annotation.reject", cell) }); });
    },
    async undo(): Promise<void> {
      if (snapshot()?.session?.canUndo !== true) store.toast("notice", words.nothingToUndo);
      else await attempt("annotation.undo", "Undo", async () => { store.tell({ kind: "field", field: await client.call("annotation.undo", {}) }); });
    },

    // View
    fit(): void {
      picture?.fit();
    },
    oneToOne(): void {
      picture?.oneToOne();
    },
    zoom(factor: number, at: PointPx): void {
      picture?.zoomBy(factor, at);
    },
    toggleAutoContrast(): void {
      const { autoContrast, histogram, contrast } = live.getState();
      // Leaving "auto" keeps what it had found, so that the picture does not jump.
      const kept = autoContrast && histogram !== undefined ? { ...contrast, minDn: histogram.minDn, maxDn: histogram.maxDn } : contrast;
      live.setState({ autoContrast: !autoContrast, contrast: kept });
    },
    toggleOverlays(): void {
      live.setState({ overlaysShown: !live.getState().overlaysShown });
    },
    toggleCrosshair(): void {
      live.setState({ crosshair: !live.getState().crosshair });
    },
    toggleClass(classId: string): void {
      const hiddenClasses = new Set(live.getState().hiddenClasses);
      if (!hiddenClasses.delete(classId)) hiddenClasses.add(classId);
      live.setState({ hiddenClasses });
    },
  };
}
