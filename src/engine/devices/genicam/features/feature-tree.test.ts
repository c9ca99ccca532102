import { describe, expect, it } from "vitest";
import { intReg, mapOf } from "../testing/test-map.ts";
import { featureTree, searchFeatures } from "./feature-tree.ts";
import { readFeature, writeFeature } from "./feature-value.ts";

const NODES = `<Category Name="Root"><pFeature>Analog</pFeature><pFeature>Empty</pFeature><pFeature>Nobody</pFeature></Category><Category Name="Empty"/>
  <Category Name="Analog"><pFeature>GainRaw</pFeature><pFeature>Secret</pFeature><pFeature>AutoMode</pFeature><pFeature>Analog</pFeature><pFeature>Flag</pFeature><pFeature>Broken</pFeature><pFeature>Label</pFeature><pFeature>Odd</pFeature></Category>
  <Enumeration Name="Odd"><EnumEntry Name="Only"><Value>3</Value></EnumEntry><Value>9</Value></Enumeration>
  ${intReg("R", 0)}<Integer Name="GainRaw"><ToolTip>Amplifies the signal</ToolTip><pValue>R</pValue><Min>-5</Min><Max>0x7FFFFFFF</Max><Inc>5</Inc><Unit>steps</Unit></Integer>
  <Integer Name="Secret"><Visibility>Invisible</Visibility><Value>1</Value></Integer><Boolean Name="Flag"><Value>false</Value></Boolean><String Name="Label"><Value>bench</Value></String>
  <Enumeration Name="AutoMode"><DisplayName>Automatic</DisplayName><EnumEntry Name="Off"><Value>0</Value></EnumEntry><EnumEntry Name="On"><Value>1</Value></EnumEntry><Value>0</Value></Enumeration>
  <IntSwissKnife Name="Broken"><Formula>1 / 0</Formula></IntSwissKnife>`;

describe("the feature tree", () => {
  it("follows the file's categories, without what is hidden, empty, missing, or its own parent", () => {
    const tree = featureTree(mapOf(NODES).map);
    expect(tree.members.map(({ displayName }) => displayName)).toEqual(["Analog"]);
    const [analog] = tree.members;
    expect(analog?.kind === "category" ? analog.members.map(({ kind, displayName }) => `${kind} ${displayName}`) : []).toEqual([
      "integer Gain raw", "enumeration Automatic", "boolean Flag", "integer Broken", "string Label", "enumeration Odd",
    ]);
  });

  it("is searched by every word, in names and tool tips", () => {
    const tree = featureTree(mapOf(NODES).map);
    expect(searchFeatures(tree, "signal GAIN").map(({ name }) => name)).toEqual(["GainRaw"]);
    expect(searchFeatures(tree, "nothing")).toEqual([]);
    expect(searchFeatures(tree, "")).toHaveLength(6);
  });

  it("has values with limits, and takes them as text", async () => {
    const { map } = mapOf(NODES);
    const leaves = new Map(searchFeatures(featureTree(map), "").map((leaf) => [leaf.name, leaf]));
    const leaf = (name: string) => {
      const found = leaves.get(name);
      if (found === undefined) throw new Error(`no leaf ${name}`);
      return found;
    };
    await writeFeature(map, leaf("GainRaw"), " 0x0A ");
    expect(await readFeature(map, leaf("GainRaw"))).toEqual({ name: "GainRaw", access: "RW", value: "10", min: "-5", max: "2147483647", inc: "5" });
    await writeFeature(map, leaf("AutoMode"), "On");
    expect(await readFeature(map, leaf("AutoMode"))).toMatchObject({ value: "On", choices: [{ name: "Off" }, { name: "On" }] });
    await writeFeature(map, leaf("Flag"), "true");
    expect((await readFeature(map, leaf("Flag"))).value).toBe("true");
    await writeFeature(map, leaf("Label"), "left");
    expect((await readFeature(map, leaf("Label"))).value).toBe("left");
    expect(await readFeature(map, leaf("Odd"))).toMatchObject({ access: "RW", choices: [{ name: "Only" }], problem: "Odd: its value 9 is none of its entries" });
    await writeFeature(map, leaf("Odd"), "Only");
    expect((await readFeature(map, leaf("Odd"))).value).toBe("Only");
    expect((await readFeature(map, leaf("Broken"))).problem).toContain("divides by zero");
    for (const [name, text] of [["GainRaw", "1.5"], ["GainRaw", ""], ["GainRaw", "7"], ["Flag", "yes"], ["AutoMode", "Maybe"]] as const) {
      await expect(writeFeature(map, leaf(name), text)).rejects.toThrow(name);
    }
  });
});
