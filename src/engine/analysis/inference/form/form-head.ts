import { OcularError } from "../../../../shared/errors.ts";
import type { WireTensor } from "../link/wire-tensor.ts";
import { OcularConfig } from "../package/head-config.ts";
import type { OnnxForm } from "../../../../shared/domain/model-package.ts";

/** Outputs of the test run, in the graph's order. */
export type TestOutputs = readonly WireTensor[];

/**
 * `config.ocular` from a form and what the model gave for the test picture: which output is which by its name, or by
 * being the only one; how boxes are laid out and what stands in maps by shapes and values. The form's own words go first.
 *
 * @throws OcularError InvalidInput saying what the form must still say.
 */
export function headFromForm(form: OnnxForm, outputs: TestOutputs): OcularConfig {
  const { classes, head, pixelSizeUm, scoreThreshold, settings } = form;
  const common = { head, classes, ...(pixelSizeUm === undefined ? {} : { nominalPixelSizeUm: pixelSizeUm }), scoreThresholds: Object.fromEntries(classes.map((id) => [id, scoreThreshold])) };
  const parsed = OcularConfig.safeParse({ ...common, ...guessed(form, outputs), ...settings });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return incomplete(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "it is not complete"}`);
}

function guessed(form: OnnxForm, outputs: TestOutputs): object {
  switch (form.head) {
    case "centre-heat-map":
      return { nmsIou: 0.5, outputs: rolesOf(form, outputs, ["heatmap", "size", "offset"]) };
    case "boxes":
      return guessBoxes(form, outputs);
    case "semantic-map":
      return guessSemantic(form, outputs);
    case "distance-map":
      return { scoreThresholds: {}, outputs: rolesOf(form, outputs, areTogether(form, outputs) ? ["maps"] : ["foreground", "distance"]) };
    case "star-distances": {
      if (!areTogether(form, outputs)) {
        const roles = rolesOf(form, outputs, ["probability", "distances"]);
        return { outputs: roles, rays: channelsOf(named(outputs, roles["distances"])), probabilityThreshold: form.scoreThreshold };
      }
      const roles = rolesOf(form, outputs, ["maps"]);
      return { outputs: roles, rays: channelsOf(named(outputs, roles["maps"])) - 1, probabilityThreshold: form.scoreThreshold };
    }
    case "flow-field":
      return { scoreThresholds: {}, outputs: rolesOf(form, outputs, ["maps"]) };
  }
}

/** Whether all maps of a head stand in one output. */
function areTogether(form: OnnxForm, outputs: TestOutputs): boolean {
  return outputs.length === 1 || "maps" in form.outputs || outputs.some((output) => output.name === "maps");
}

function guessBoxes(form: OnnxForm, outputs: TestOutputs): object {
  if (outputs.length > 1) {
    const hasLabels = outputs.some((output) => /label|class/i.test(output.name)) || "labels" in form.outputs;
    return hasLabels ? { layout: "separate", outputs: rolesOf(form, outputs, ["boxes", "scores", "labels"]) } : { layout: "class-scores", outputs: rolesOf(form, outputs, ["boxes", "scores"]) };
  }
  const [output] = outputs;
  const [rows = 0, columns = 0] = output?.shape.slice(-2) ?? [];
  if (columns === 6) return { layout: "table", outputs: rolesOf(form, outputs, ["table"]) };
  const outputsOf = { outputs: rolesOf(form, outputs, ["predictions"]), layout: "predictions", format: "cxcywh" };
  const n = form.classes.length;
  if (rows === 4 + n || rows === 5 + n) return { ...outputsOf, axis: "columns", hasObjectness: rows === 5 + n };
  if (columns === 4 + n || columns === 5 + n) return { ...outputsOf, axis: "rows", hasObjectness: columns === 5 + n };
  return incomplete(`the output ${output?.name ?? ""} of shape ${output?.shape.join(" x ") ?? ""} does not fit ${n} classes: each box needs 4 numbers and a score per class, or 6 numbers in all`);
}

function guessSemantic(form: OnnxForm, outputs: TestOutputs): object {
  const roles = rolesOf(form, outputs, ["map"]);
  const map = named(outputs, roles["map"]);
  const channels = channelsOf(map);
  const n = form.classes.length;
  if (channels !== n && channels !== n + 1) return incomplete(`the map has ${channels} channels; ${n} (the classes) or ${n + 1} (the background first) are expected, or settings.channels says which is which`);
  const isProbability = Array.from(map.data, Number).every((value) => value >= 0 && value <= 1);
  const values = isProbability ? "probabilities" : channels === 1 ? "sigmoid" : "softmax";
  return { outputs: roles, values, channels: channels === n ? form.classes : [null, ...form.classes], assign: channels === 1 || (channels === n && isProbability) ? "threshold" : "best" };
}

/** Which output has which role: as the form says, else by name, else the only one. */
function rolesOf(form: OnnxForm, outputs: TestOutputs, roles: readonly string[]): Record<string, string> {
  const names = outputs.map((output) => output.name);
  return Object.fromEntries(roles.map((role) => {
    const said = form.outputs[role];
    if (said !== undefined && !names.includes(said)) return incomplete(`there is no output ${said}: there are ${names.join(", ")}`);
    const byName = names.find((name) => name === role) ?? names.find((name) => name.toLowerCase().includes(stemOf(role)));
    const found = said ?? byName ?? (roles.length === 1 && names.length === 1 ? names[0] : undefined);
    return [role, found ?? incomplete(`which output is the ${role}? There are ${names.join(", ")}`)];
  }));
}

/** What names of outputs share with a role: "prob" for probability, "dist" for distances. */
function stemOf(role: string): string {
  return role.replace(/s$/, "").slice(0, 4);
}

function named(outputs: TestOutputs, name: string | undefined): WireTensor {
  return outputs.find((output) => output.name === name) ?? incomplete(`there is no output ${name ?? ""}`);
}

/** Length of the axis that is no picture's: the second in batch, channel, y, x; the last in batch, y, x, channel. */
function channelsOf({ shape }: WireTensor): number {
  if (shape.length === 3) return 1;
  const [, second = 1, , last = 1] = shape;
  return isChannelLast(shape) ? last : second;
}

/** Maps are longer than they are deep. */
export function isChannelLast(shape: readonly number[]): boolean {
  const [, second = 1, third = 1, last = 1] = shape;
  return shape.length === 4 && last < third && last < second;
}

function incomplete(reason: string): never {
  throw new OcularError({ tag: "InvalidInput", what: "The form for this model", reason });
}
