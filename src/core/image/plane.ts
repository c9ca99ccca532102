/** One channel of a picture, row by row from the top left corner; `data[y * width + x]`. */
export interface Plane<Data extends Uint8Array | Uint16Array | Float32Array = Float32Array> {
  readonly width: number;
  readonly height: number;
  readonly data: Data;
}

/** A grey picture as computations hold it. The unit is the source's: counts of the sensor, or what a step says it makes. */
export type GreyPlane = Plane<Float32Array>;

/** What is object and what is not: 1 and 0, nothing else. */
export type Mask = Plane<Uint8Array>;

/** Which object a pixel belongs to: 0 none, else 1 to `count`, every number in use. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  readonly labels: Int32Array;
  readonly count: number;
}
