/**
 * Units in the type, so that a millisecond cannot be passed where a micrometre is wanted.
 * A brand costs nothing at run time; `um(3)` is the only way in.
 */
declare const unit: unique symbol;
type Quantity<U extends string> = number & { readonly [unit]: U };

/** Micrometres at the specimen (or of stage travel: the two are the same scale). */
export type Um = Quantity<"um">;
/** Milliseconds. */
export type Ms = Quantity<"ms">;
/** Image pixels, origin at the top left corner of the top left pixel. */
export type Px = Quantity<"px">;
/** Gain in decibel: 20 * log10(linear factor), as GenICam's `Gain`. */
export type Db = Quantity<"db">;
/** Share of full scale, 0 to 100. */
export type Percent = Quantity<"percent">;

export const um = (value: number): Um => value as Um;
export const ms = (value: number): Ms => value as Ms;
export const px = (value: number): Px => value as Px;
export const db = (value: number): Db => value as Db;
export const percent = (value: number): Percent => value as Percent;

/** A place on the stage, motor frame. +x to the operator's right, +y towards the operator, as the image shows it. */
export interface StagePointUm {
  readonly x: Um;
  readonly y: Um;
}

/** An axis-parallel rectangle in stage coordinates. `x`, `y` is the corner with the smallest coordinates. */
export interface StageRectUm {
  readonly x: Um;
  readonly y: Um;
  readonly width: Um;
  readonly height: Um;
}
