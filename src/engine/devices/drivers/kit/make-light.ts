import type { AxesMaker } from "./make-axes.ts";
import { identityOf } from "./serial-controller.ts";
import { type LightPort, SerialLight } from "./serial-light.ts";

/**
 * One light of a controller.
 * @param part its name among the parts: "lamp", "shutter-1", "channel-a"
 * @param title what it is called beside the maker: "ProScan shutter 1"
 */
export function makeLight({ place, link, vendor }: Omit<AxesMaker, "model" | "tuning">, part: string, title: string, port: LightPort): SerialLight {
  return new SerialLight(identityOf(place, "illumination", part, vendor, title), link, port);
}
