import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { PreviewMessage } from "../../shared/ipc/contract.ts";

/** Saved pixels in the shape of a live preview. */
export function previewOf(field: FieldView, picture: { readonly width: number; readonly height: number; readonly rgb: Uint8Array }): PreviewMessage {
  const pixels = new ArrayBuffer(picture.rgb.byteLength);
  new Uint8Array(pixels).set(picture.rgb);
  return { header: field.header, layout: "rgb8", width: picture.width, height: picture.height, reduction: Math.max(1, Math.round(field.header.width / picture.width)), pixels };
}
