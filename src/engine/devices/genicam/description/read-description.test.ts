import { describe, expect, it } from "vitest";
import { deviceFileText } from "../file/device-file.ts";
import { GenicamError } from "../genicam-error.ts";
import { makeZip } from "../testing/make-zip.ts";
import { parseXml } from "../xml/xml-element.ts";
import { readDeviceDescription } from "./read-description.ts";

const file = (nodes: string): string => `<?xml version="1.0" encoding="utf-8"?><RegisterDescription VendorName="Maker" ModelName="M1" xmlns="http://www.genicam.org/GenApi/Version_1_1">${nodes}</RegisterDescription>`;

describe("a camera's file", () => {
  it("is read through groups, with what its nodes say to people", () => {
    const { vendor, model, nodes, problems } = readDeviceDescription(
      file(`<!-- note --><Group Comment="g"><Category Name="Root"><pFeature>Gain</pFeature></Category></Group>
        <Float Name="Gain" NameSpace="Standard"><ToolTip>Makes it brighter</ToolTip><Description>Analogue &amp; digital</Description><DisplayName>Gain</DisplayName>
        <Visibility>Expert</Visibility><Streamable>Yes</Streamable><Value>1.5</Value><Min>0</Min><Max>INF</Max><Unit>dB</Unit><Representation>Linear</Representation></Float>
        <ConfRom Name="Old"/><TextDesc Name="Old2"/>`),
    );
    expect([vendor, model, problems]).toEqual(["Maker", "M1", []]);
    expect([...nodes.keys()]).toEqual(["Root", "Gain"]);
    expect(nodes.get("Gain")).toMatchObject({ kind: "float", toolTip: "Makes it brighter", help: "Analogue & digital", visibility: "Expert", isStreamable: true, unit: "dB", max: { constant: Number.POSITIVE_INFINITY } });
  });

  it("leaves out a node it cannot understand, names it, and keeps the rest", () => {
    const { nodes, problems } = readDeviceDescription(
      file(`<Integer Name="Good"><Value>0x10</Value></Integer><Integer Name="Bad"><Value>seven</Value></Integer><Integer Name="Empty"/><Mystery Name="What"/><Integer><Value>1</Value></Integer>
        <Integer Name="Good"><Value>2</Value></Integer><SwissKnife Name="Broken"><Formula>1 +</Formula></SwissKnife><MaskedIntReg Name="NoBits"><Address>0</Address><pPort>P</pPort></MaskedIntReg>`),
    );
    expect([...nodes.keys()]).toEqual(["Good"]);
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(["Bad", "Empty", "What", "Integer without a name", "Good", "Broken", "NoBits"]);
  });

  it.each([
    ["a bomb of entities", `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><RegisterDescription>&b;</RegisterDescription>`],
    ["an entity from elsewhere", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><RegisterDescription>&a;</RegisterDescription>`],
    ["an entity nobody declared", "<RegisterDescription>&nope;</RegisterDescription>"],
    ["a cut file", "<RegisterDescription><Integer Name="],
    ["another kind of file", "<html></html>"],
    ["nothing", ""],
    ["noise", "\u0000\u0001\u0002"],
    ["a nest", "<a>".repeat(1000)],
  ])("refuses %s", (_, text) => {
    expect(() => readDeviceDescription(text)).toThrow(GenicamError);
  });

  it("refuses more than it will hold", () => {
    const limits = { maxCharacters: 1000, maxElements: 10, maxDepth: 5 };
    expect(() => parseXml(`<a>${"<b/>".repeat(10)}</a>`, limits)).toThrow("more than 10 elements");
    expect(() => parseXml(`<a>${" ".repeat(1000)}</a>`, limits)).toThrow("more than 1000");
    expect(() => parseXml("<a><a><a><a><a><a/></a></a></a></a></a>", limits)).toThrow("deeper than 5");
  });
});

describe("a stored file", () => {
  const text = file("<Category Name='Root'/>");
  const plain = new TextEncoder().encode(text);

  it("is plain or zipped, with padding after it", async () => {
    const zipped = makeZip("camera.xml", plain);
    for (const stored of [plain, zipped]) {
      const padded = new Uint8Array(stored.length + 37);
      padded.set(stored);
      expect(await deviceFileText(padded)).toBe(text);
    }
  });

  it("is refused when it is cut, lies about its size, or unpacks to a bomb", async () => {
    const zipped = makeZip("camera.xml", plain);
    await expect(deviceFileText(zipped.subarray(0, zipped.length - 30))).rejects.toThrow(GenicamError);
    const bomb = makeZip("bomb.xml", new Uint8Array(100_000));
    await expect(deviceFileText(bomb, { maxStoredBytes: 10_000, maxUnpackedBytes: 50_000 })).rejects.toThrow("unpacks to 100000 bytes");
    const lying = makeZip("bomb.xml", new Uint8Array(100_000), { announcedBytes: 10 });
    await expect(deviceFileText(lying)).rejects.toThrow("zip is broken");
    await expect(deviceFileText(new Uint8Array(100), { maxStoredBytes: 10, maxUnpackedBytes: 50 })).rejects.toThrow("more than 10");
  });

  it("is refused when its bytes are no text", async () => {
    await expect(deviceFileText(Uint8Array.of(0xff, 0xc0, 0x80, 0x41))).rejects.toThrow("not utf-8");
  });
});
