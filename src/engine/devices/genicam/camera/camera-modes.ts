import type { CameraSettings } from "../../../../shared/domain/devices.ts";

/** Switches behind which the camera sees to a setting itself, or heeds it at all. */
export const MODES = [
  { role: "exposureAuto", sets: "exposureMs" },
  { role: "gainAuto", sets: "gainDb" },
  { role: "frameRateAuto", sets: "frameRate" },
  { role: "frameRateEnable", sets: "frameRate" },
] as const satisfies readonly { readonly role: string; readonly sets: keyof CameraSettings }[];

export type ModeRole = (typeof MODES)[number]["role"];

/** True where the camera sees to a setting itself, or does not heed the one it is given. */
export function isLeftToCamera(setting: keyof CameraSettings, modes: CameraModes): boolean {
  return MODES.some(({ role, sets }) => {
    const mode = modes[role];
    if (sets !== setting || mode === undefined) return false;
    const isOff = mode === "Off" || mode === "false";
    return role === "frameRateEnable" ? isOff : !isOff;
  });
}

/** As the camera names them: "Off", "Continuous", "true"; those it does not have are left out. */
export type CameraModes = { readonly [Role in ModeRole]?: string };
