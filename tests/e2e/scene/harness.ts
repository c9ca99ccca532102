/** What the picture's tests find in the page: the scene itself, and frames made by formula. */
import type { FrameHeader } from "../../../src/shared/domain/frame.ts";
import type { PreviewMessage } from "../../../src/shared/ipc/contract.ts";
import type { Overlay, OverlayItem } from "../../../src/renderer/scene/overlay-item.ts";
import { createPictureView, type PictureView } from "../../../src/renderer/scene/picture-view.ts";
import { preparePainter } from "../../../src/renderer/scene/prepare-painter.ts";

type Cfa = NonNullable<PreviewMessage["cfa"]>;

/** A picture view in a canvas of its own, CSS pixels. By WebGL where a test does not say, though no graphics card draws it. */
function makeView(width: number, height: number, painter: "webgl" | "cpu" | "auto" = "webgl"): { canvas: HTMLCanvasElement; view: PictureView } {
  for (const old of document.querySelectorAll("canvas")) old.remove();
  const canvas = document.createElement("canvas");
  canvas.style.cssText = `display: block; width: ${width}px; height: ${height}px`;
  document.body.append(canvas);
  return { canvas, view: createPictureView(canvas, { painter }) };
}

function header(frameId: number, width: number, height: number, more: Partial<FrameHeader> = {}): FrameHeader {
  return {
    frameId, cameraId: "test", deviceSequence: frameId, deviceTimeMs: 0, hostTimeMs: 0, width, height, pixelFormat: "Mono8",
    settled: true, settingsHash: "0", status: "complete", pixelSizeUm: 0.5, stagePositionUm: { x: 0, y: 0 }, objectiveId: "40x", ...more,
  };
}

function mono(frameId: number, width: number, height: number, dnAt: (x: number, y: number) => number, more: Partial<FrameHeader> = {}): PreviewMessage {
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = dnAt(i % width, Math.floor(i / width));
  return { header: header(frameId, width, height, more), layout: "mono8", width, height, reduction: 1, pixels: pixels.buffer };
}

function rgb(frameId: number, width: number, height: number, colorAt: (x: number, y: number) => readonly [number, number, number]): PreviewMessage {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) pixels.set(colorAt(i % width, Math.floor(i / width)), i * 3);
  return { header: header(frameId, width, height, { pixelFormat: "RGB8" }), layout: "rgb8", width, height, reduction: 1, pixels: pixels.buffer };
}

/** The mosaic a camera with that filter would give of a coloured scene. */
function bayer(frameId: number, width: number, height: number, cfa: Cfa, colorAt: (x: number, y: number) => readonly [number, number, number]): PreviewMessage {
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[y * width + x] = colorAt(x, y)["RGB".indexOf(cfa.charAt((y % 2) * 2 + (x % 2)))] ?? 0;
  }
  return { header: header(frameId, width, height), layout: "bayer8", cfa, width, height, reduction: 1, pixels: pixels.buffer };
}

function item(id: string, x: number, y: number, width: number, height: number, more: Partial<OverlayItem> = {}): OverlayItem {
  return { id, classId: "red-cell", colorIndex: 1, letter: "R", box: { x, y, width, height }, score: 0.9, corrected: false, rejected: false, counted: true, ...more };
}

function overlay(frameHeader: FrameHeader, detections: readonly OverlayItem[], framesLate = 0): Overlay {
  return { detections, frameHeader, framesLate, kept: false };
}

const nextFrame = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()));

const harness = { makeView, header, mono, rgb, bayer, item, overlay, nextFrame };
export type Harness = typeof harness;

declare global {
  interface Window {
    harness: Harness;
  }
}
void preparePainter("webgl").then(() => { window.harness = harness; });
