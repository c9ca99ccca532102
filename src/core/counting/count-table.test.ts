import { expect, it } from "vitest";
import { countTable } from "./count-table.ts";

const counts = { fields: 2, areaUm2: 12_600, total: 105, outsideFrame: 3, classes: [{ classId: "red-cell", n: 103, low: 84.1, high: 124.9 }, { classId: "white-cell", n: 2, low: 0.2, high: 7.2 }] };

it("puts each count beside its truth with the difference in percent", () => {
  const lines = countTable(counts, { "red-cell": 100 });
  expect(lines[0]).toContain("2 fields, 0.013 mm2");
  expect(lines[1]).toMatch(/red-cell +103 {2}\(84 to 125\) +true +100 {2}\+3\.0 %/u);
  expect(lines[2]).toMatch(/white-cell +2 {2}\(0 to 8\) +true +0$/u);
});
