import { describe, expect, it } from "vitest";
import { intReg, mapOf } from "../testing/test-map.ts";
import { createFeatureAccess } from "./feature-access.ts";
import { binnedTo, readPixelFactors, squareFactors, UNIT_FACTORS, writePixelFactors } from "./pixel-factors.ts";

const REGISTERS = { BinningHorizontal: 0x10, BinningVertical: 0x14, DecimationHorizontal: 0x18, DecimationVertical: 0x1c } as const;
type Name = keyof typeof REGISTERS;

const integer = (name: Name, most: number): string => `${intReg(`${name}Reg`, REGISTERS[name])}<Integer Name="${name}"><pValue>${name}Reg</pValue><Min>1</Min><Max>${most}</Max></Integer>`;
const choice = (name: Name, entries: Readonly<Record<string, number>>): string =>
  `${intReg(`${name}Reg`, REGISTERS[name])}<Enumeration Name="${name}">${Object.entries(entries).map(([entry, value]) => `<EnumEntry Name="${entry}"><Value>${value}</Value></EnumEntry>`).join("")}<pValue>${name}Reg</pValue></Enumeration>`;

function camera(nodes: readonly string[], set: Partial<Record<Name, number>>) {
  const { map, port } = mapOf(nodes.join(""));
  const memory = new DataView(port.memory.buffer);
  for (const name of Object.keys(REGISTERS) as Name[]) memory.setUint32(REGISTERS[name], set[name] ?? 1, true);
  const features = createFeatureAccess(map);
  return {
    read: () => readPixelFactors(map, features, {}),
    write: (wanted: Parameters<typeof writePixelFactors>[2]) => writePixelFactors(map, features, wanted, {}),
    writes: () => port.traffic.filter((each) => each.startsWith("w")),
    register: (name: Name) => memory.getUint32(REGISTERS[name], true),
  };
}

describe("sensor pixels in a pixel", () => {
  it("is one a side where the camera neither bins nor decimates, or says 0 for it", async () => {
    expect(await camera([], {}).read()).toEqual({ factors: UNIT_FACTORS, offered: { x: [1], y: [1] } });
    expect((await camera([integer("BinningHorizontal", 4)], { BinningHorizontal: 0 }).read()).factors).toEqual(UNIT_FACTORS);
  });

  it("are read of choices by the number in their name, or else by their value", async () => {
    const named = { BinningHorizontal1: 0, BinningHorizontal2: 1, BinningHorizontal4: 2 };
    const { read, write, register } = camera([choice("BinningHorizontal", named), choice("DecimationHorizontal", { Off: 1, Half: 2 })], { BinningHorizontal: 2, DecimationHorizontal: 2 });
    expect(await read()).toMatchObject({ factors: { x: { binning: 4, decimation: 2 } }, offered: { x: [1, 2, 4] } });
    await write({ ...UNIT_FACTORS, x: { binning: 2, decimation: 1 } });
    expect([register("BinningHorizontal"), register("DecimationHorizontal")]).toEqual([1, 1]);
  });

  it("can be made by binning, alike along both sides, of the decimation in force", async () => {
    const all = (Object.keys(REGISTERS) as Name[]).map((name) => integer(name, 4));
    const { read } = camera(all, { DecimationHorizontal: 2, DecimationVertical: 3 });
    const { factors, offered } = await read();
    expect(squareFactors(factors, offered)).toEqual([6]);
    expect(binnedTo(factors, 6)).toEqual({ x: { binning: 3, decimation: 2 }, y: { binning: 2, decimation: 3 } });
    expect(squareFactors(UNIT_FACTORS, { x: [1, 2, 3], y: [1] })).toEqual([1]);
  });

  it("are written where they differ, less binning before more decimation and the other way round", async () => {
    const across = [integer("BinningHorizontal", 4), integer("DecimationHorizontal", 4)];
    const binned = camera(across, { BinningHorizontal: 2 });
    await binned.write({ ...UNIT_FACTORS, x: { binning: 1, decimation: 2 } });
    expect(binned.writes()).toEqual(["w 0x10 4", "w 0x18 4"]);
    const decimated = camera(across, { DecimationHorizontal: 2 });
    await decimated.write({ ...UNIT_FACTORS, x: { binning: 2, decimation: 1 } });
    expect(decimated.writes()).toEqual(["w 0x18 4", "w 0x10 4"]);
    await decimated.write({ ...UNIT_FACTORS, x: { binning: 2, decimation: 1 } });
    expect(decimated.writes()).toHaveLength(2);
  });

  it("end at what a camera can sensibly add up, whatever it announces", async () => {
    const { offered } = await camera([integer("BinningHorizontal", 2 ** 31)], {}).read();
    expect(offered.x).toHaveLength(64);
  });
});
