import type { CALL_CHANNEL, EVENT_CHANNEL, EventName, MethodName, PREVIEW_CHANNEL } from "../shared/ipc/contract.ts";

/*
 * The contract again as plain values. The contract itself brings the schema library with it, which a sandboxed preload
 * has no use for: it would be parsed before the first paint of every window. The types keep the two lists equal: a
 * call, event or channel that is missing or too many here does not compile.
 */

export const callChannel: typeof CALL_CHANNEL = "ocular:call";
export const eventChannel: typeof EVENT_CHANNEL = "ocular:event";
export const previewChannel: typeof PREVIEW_CHANNEL = "ocular:preview";

/** Every call a page may make. */
export const methodNames: Readonly<Record<MethodName, true>> = {
  "app.snapshot": true,
  "live.start": true,
  "live.stop": true,
  "stage.moveBy": true,
  "stage.moveTo": true,
  "stage.stop": true,
  "focus.moveBy": true,
  "focus.moveTo": true,
  "focus.auto": true,
  "camera.apply": true,
  "light.set": true,
  "objective.select": true,
  "analyzer.catalog": true,
  "analyzer.choose": true,
  "analyzer.setSecond": true,
  "models.list": true,
  "models.providers": true,
  "models.chooseProvider": true,
  "models.measure": true,
  "models.pick": true,
  "models.add": true,
  "analyzer.setEnabled": true,
  "analyzer.setThresholds": true,
  "live.restartTracks": true,
  "session.start": true,
  "session.resumeInterrupted": true,
  "session.pause": true,
  "session.resume": true,
  "session.note": true,
  "session.finish": true,
  "field.keep": true,
  "session.fields": true,
  "annotation.reclassify": true,
  "annotation.confirm": true,
  "annotation.reject": true,
  "annotation.undo": true,
  "library.list": true,
  "library.open": true,
  "library.fieldPicture": true,
  "recipes.list": true,
  "recipes.tune": true,
  "recipes.save": true,
  "features.measure": true,
  "features.embed": true,
  "features.crop": true,
  "features.export": true,
  "batch.status": true,
  "batch.pickFolder": true,
  "batch.start": true,
  "batch.cancel": true,
  "batch.cells": true,
  "batch.showResults": true,
  "virtual.injectFault": true,
  "log.recent": true,
};

/** Every event a page may listen to. */
export const eventNames: Readonly<Record<EventName, true>> = { snapshot: true, overlay: true, compared: true, field: true, log: true, batch: true, toast: true };
