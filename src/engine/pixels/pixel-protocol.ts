import type { FrameHeader } from "../../shared/domain/frame.ts";
import type { ErrorData } from "../../shared/error-data.ts";
import type { RgbPicture } from "../session/field-picture.ts";

/** What the pixel thread does, by name: what it is given and what it gives. Both sides are ours and one build. */
export interface PixelWork {
  /** Sharpness of a frame's centre, see core/focus/variance-of-laplacian.ts. */
  focusScore: { given: { header: Pick<FrameHeader, "width" | "height" | "pixelFormat">; pixels: Uint8Array }; gives: number };
  /** A stored field as people look at it. */
  fieldPicture: { given: { path: string }; gives: RgbPicture };
}

export type PixelRequest = { [Name in keyof PixelWork]: { readonly id: number; readonly name: Name; readonly given: PixelWork[Name]["given"] } }[keyof PixelWork];

export type PixelAnswer =
  | { readonly id: number; readonly ok: true; readonly value: PixelWork[keyof PixelWork]["gives"] }
  | { readonly id: number; readonly ok: false; readonly error: ErrorData };
