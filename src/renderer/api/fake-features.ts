import { OBJECT_FEATURES } from "../../core/features/object-feature-set.ts";
import type { FieldView } from "../../shared/domain/snapshot.ts";
import type { InputOf, OutputOf } from "../../shared/ipc/contract.ts";
import type { FakePicture } from "./fake-instrument.ts";
import type { FakeScenario } from "./fake-scenarios.ts";

type FeaturesCall = "features.measure" | "features.embed" | "features.crop" | "features.export";
type FeaturesReplies = { readonly [M in FeaturesCall]: (input: InputOf<M>) => OutputOf<M> | Promise<OutputOf<M>> };

/** Numbers of made-up cells that follow their boxes; pictures cut out of the fake picture without any care. */
export function fakeFeaturesReplies(scenario: FakeScenario, picture: FakePicture, fields: readonly FieldView[]): FeaturesReplies {
  const cellsOf = (fieldId: string) => fields.find((field) => field.fieldId === fieldId)?.detections ?? [];
  return {
    "features.measure": ({ fieldId }) => {
      if (scenario === "loading") return new Promise<never>(() => undefined);
      const cells = cellsOf(fieldId);
      const values = Float64Array.from({ length: cells.length * OBJECT_FEATURES.length }, (_, at) => {
        const cell = cells[Math.floor(at / OBJECT_FEATURES.length)];
        return (cell?.box.width ?? 0) + (cell?.score ?? 0) * (at % OBJECT_FEATURES.length);
      });
      return { fieldId, detectionIds: cells.map(({ id }) => id), values };
    },
    "features.embed": ({ fieldId }) => ({ fieldId, dimensions: 0, values: new Float32Array(), reason: "model blood-cells gives no features of its own" }),
    "features.export": () => ({ path: "/results/cells.csv", cells: 140 }),
    "features.crop": ({ boxes, sidePx }) => {
      const rgb = new Uint8Array(boxes.length * sidePx * sidePx * 3);
      for (const [index, box] of boxes.entries()) {
        for (let at = 0; at < sidePx * sidePx; at++) {
          const x = Math.min(Math.max(Math.round(box.x + ((at % sidePx) / sidePx) * box.width), 0), picture.width - 1);
          const y = Math.min(Math.max(Math.round(box.y + (Math.floor(at / sidePx) / sidePx) * box.height), 0), picture.height - 1);
          rgb.set(picture.rgb.subarray(3 * (y * picture.width + x), 3 * (y * picture.width + x) + 3), 3 * (index * sidePx * sidePx + at));
        }
      }
      return { sidePx, rgb };
    },
  };
}
