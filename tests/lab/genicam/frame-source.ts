/** What the virtual camera's sensor sees. */

/** What the camera is set to when it exposes. */
export interface Exposing {
  readonly width: number;
  readonly height: number;
  /** Of the region, in px of the picture. */
  readonly offsetX: number;
  readonly offsetY: number;
  /** Sensor pixels a side, decimation included; that along the width. */
  readonly binning: number;
  /** PFNC code. */
  readonly pixelFormat: number;
  readonly bitsPerPixel: number;
  readonly exposureUs: number;
  /** Number of the frame, from 0. */
  readonly index: number;
}

/** Payload bytes of one picture: width x height x bits, rounded up to whole bytes. The camera does not keep them. */
export type FrameSource = (exposing: Exposing) => Uint8Array;

/** Bytes that count up, and begin one further in every frame: cheap, and each byte's right value is known. */
export const rampSource: FrameSource = ({ width, height, bitsPerPixel, index }) => {
  const bytes = new Uint8Array(Math.ceil((width * height * bitsPerPixel) / 8));
  for (let i = 0; i < bytes.length; i++) bytes[i] = i + index;
  return bytes;
};

/** One picture for ever: for measuring, where making pictures must not be what is measured. */
export function stillSource(): FrameSource {
  let still = new Uint8Array(0);
  return ({ width, height, bitsPerPixel }) => {
    const length = Math.ceil((width * height * bitsPerPixel) / 8);
    if (still.length !== length) still = new Uint8Array(length).map((_, i) => i & 255);
    return still;
  };
}
