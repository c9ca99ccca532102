import { describe, expect, it } from "vitest";
import { GenicamError } from "../genicam-error.ts";
import { intReg, mapOf } from "../testing/test-map.ts";

const problemOf = async (call: Promise<unknown>): Promise<string> => {
  const error = await call.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof GenicamError)) throw new Error(`expected a GenicamError, got ${String(error)}`);
  return `${error.problem} ${error.node}`;
};

describe("node map: registers", () => {
  it("reads and writes whole numbers of either order and sign", async () => {
    const { map, port } = mapOf(intReg("A", 0) + intReg("B", 4, "<Endianess>BigEndian</Endianess><Sign>Signed</Sign>", 2) + intReg("C", 8, "<Sign>Signed</Sign>", 8));
    port.memory.set([1, 2, 0, 0, 0xff, 0xfe]);
    expect(await map.readInteger("A")).toBe(0x201n);
    expect(await map.readInteger("B")).toBe(-2n);
    await map.writeInteger("C", -(2n ** 62n) - 1n);
    expect(await map.readInteger("C")).toBe(-(2n ** 62n) - 1n);
    expect(await problemOf(map.writeInteger("B", 40_000n))).toBe("range B");
    expect(await map.limits("B")).toEqual({ min: -32768n, max: 32767n });
  });

  it("counts masked bits from the lowest, in big-endian files from the highest", async () => {
    const masked = (name: string, more: string): string =>
      `<MaskedIntReg Name="${name}"><Address>0</Address><Length>4</Length><AccessMode>RW</AccessMode><pPort>Device</pPort>${more}</MaskedIntReg>`;
    const { map, port } = mapOf(masked("Low", "<LSB>4</LSB><MSB>7</MSB>") + masked("High", "<LSB>7</LSB><MSB>4</MSB><Endianess>BigEndian</Endianess>") + masked("One", "<Bit>31</Bit>"));
    port.memory.set([0xab, 0, 0, 0x80]);
    expect(await map.readInteger("Low")).toBe(0xan);
    // Bits 4 to 7 from the top of the number 0xAB000080.
    expect(await map.readInteger("High")).toBe(0xbn);
    expect(await map.readInteger("One")).toBe(1n);
    await map.writeInteger("Low", 5n);
    expect([...port.memory.subarray(0, 4)]).toEqual([0x5b, 0, 0, 0x80]);
    expect(await map.readInteger("High")).toBe(0xbn);
    expect(await problemOf(map.writeInteger("Low", 16n))).toBe("range Low");
  });

  it("expands a StructReg into its entries", async () => {
    const { map, port } = mapOf(
      `<StructReg Comment="s"><Address>16</Address><Length>2</Length><AccessMode>RW</AccessMode><pPort>Device</pPort>
       <StructEntry Name="S1"><LSB>0</LSB><MSB>3</MSB></StructEntry><StructEntry Name="S2"><Bit>15</Bit><AccessMode>RO</AccessMode></StructEntry></StructReg>`,
    );
    port.memory.set([0x07, 0x80], 16);
    expect(await map.readInteger("S1")).toBe(7n);
    expect(await map.readInteger("S2")).toBe(1n);
    expect(await problemOf(map.writeInteger("S2", 0n))).toBe("access S2");
  });

  it("adds up addresses: fixed, of a node, of a formula, and by an index", async () => {
    const { map, port } = mapOf(
      `<Integer Name="Index"><Value>2</Value></Integer><Integer Name="Base"><Value>0x20</Value></Integer>
       <IntReg Name="R"><Address>0x100</Address><pAddress>Base</pAddress><IntSwissKnife Name="K"><Formula>8 / 2</Formula></IntSwissKnife>
       <pIndex Offset="16">Index</pIndex><Length>1</Length><AccessMode>RW</AccessMode><pPort>Device</pPort></IntReg>
       <IntReg Name="ByLength"><Address>0</Address><pIndex>Index</pIndex><Length>4</Length><AccessMode>RW</AccessMode><pPort>Device</pPort></IntReg>`,
    );
    await map.writeInteger("R", 9n);
    expect(port.memory[0x100 + 0x20 + 4 + 32]).toBe(9);
    await map.writeInteger("Index", 3n);
    await map.writeInteger("ByLength", 1n);
    expect(port.memory[12]).toBe(1);
  });

  it("reads floats and text", async () => {
    const { map, port } = mapOf(
      `<FloatReg Name="F"><Address>0</Address><Length>4</Length><AccessMode>RW</AccessMode><pPort>Device</pPort><Endianess>BigEndian</Endianess></FloatReg>
       <StringReg Name="T"><Address>8</Address><Length>4</Length><AccessMode>RW</AccessMode><pPort>Device</pPort></StringReg><String Name="S"><pValue>T</pValue></String>`,
    );
    await map.writeFloat("F", -2.5);
    expect([...port.memory.subarray(0, 4)]).toEqual([0xc0, 0x20, 0, 0]);
    expect(await map.readFloat("F")).toBe(-2.5);
    await map.writeText("S", "abc");
    expect(await map.readText("T")).toBe("abc");
    expect(await problemOf(map.writeText("S", "abcde"))).toBe("range T");
  });
});

describe("node map: features", () => {
  it("keeps limits and steps, own, referred to, or of the register behind", async () => {
    const { map } = mapOf(
      `${intReg("R", 0)}${intReg("MaxR", 4)}
       <Integer Name="W"><pValue>R</pValue><Min>16</Min><pMax>MaxR</pMax><Inc>8</Inc></Integer><Integer Name="Free"><pValue>R</pValue></Integer>`,
    );
    await map.writeInteger("MaxR", 640n);
    expect(await map.limits("W")).toEqual({ min: 16n, max: 640n, inc: 8n });
    await map.writeInteger("W", 640n);
    for (const wrong of [8n, 20n, 648n]) expect(await problemOf(map.writeInteger("W", wrong))).toBe("range W");
    expect(await map.readInteger("W")).toBe(640n);
    expect(await map.limits("Free")).toEqual({ min: 0n, max: 0xffffffffn, inc: 1n });
  });

  it("converts both ways, with the limits converted too", async () => {
    const { map, port } = mapOf(
      `${intReg("Raw", 0, "", 2)}
       <Converter Name="Exposure"><FormulaTo>FROM / K</FormulaTo><FormulaFrom>TO * K</FormulaFrom><Constant Name="K">20</Constant><pValue>Raw</pValue><Unit>us</Unit></Converter>
       <Float Name="ExposureTime"><pValue>Exposure</pValue><Min>20</Min></Float>
       <IntConverter Name="Doubled"><FormulaTo>FROM / 2</FormulaTo><FormulaFrom>TO * 2</FormulaFrom><pValue>Raw</pValue></IntConverter>`,
    );
    await map.writeFloat("ExposureTime", 1010);
    expect(port.memory[0]).toBe(51);
    expect(await map.readFloat("ExposureTime")).toBe(1020);
    expect(await map.limits("ExposureTime")).toEqual({ min: 20, max: 65535 * 20 });
    expect(await map.readInteger("Doubled")).toBe(102n);
    expect(await problemOf(map.writeFloat("ExposureTime", Number.NaN))).toBe("range ExposureTime");
  });

  it("works out formulas over variables, their limits, entries, constants and expressions", async () => {
    const { map } = mapOf(
      `${intReg("R", 0, "", 1)}<Integer Name="W"><pValue>R</pValue><Max>200</Max></Integer>
       <Enumeration Name="F"><EnumEntry Name="Mono8"><Value>8</Value></EnumEntry><EnumEntry Name="Mono16"><Value>16</Value></EnumEntry><Value>16</Value></Enumeration>
       <IntSwissKnife Name="Size"><pVariable Name="W">W</pVariable><pVariable Name="F">F</pVariable><Constant Name="TWO">2</Constant>
       <Expression Name="HALF">TWO * F / 4</Expression><Formula>(W.Max - W) * HALF + F.Entry.Mono8</Formula></IntSwissKnife>
       <SwissKnife Name="Ratio"><pVariable Name="A">W</pVariable><Formula>A / 8</Formula></SwissKnife>`,
    );
    await map.writeInteger("W", 100n);
    expect(await map.readInteger("Size")).toBe(808n);
    expect(await map.readFloat("Ratio")).toBe(12.5);
    expect(await problemOf(map.writeInteger("Size", 1n))).toBe("access Size");
  });

  it("cuts the fraction off where a formula of whole numbers ends in one, and keeps it in the others", async () => {
    const { map } = mapOf('<IntSwissKnife Name="Whole"><Formula>5 * 0.5</Formula></IntSwissKnife><IntSwissKnife Name="Below"><Formula>-5 * 0.5</Formula></IntSwissKnife><Integer Name="Of"><pValue>Whole</pValue></Integer><SwissKnife Name="Broken"><Formula>5 * 0.5</Formula></SwissKnife>');
    expect([await map.readInteger("Whole"), await map.readInteger("Below"), await map.readInteger("Of")]).toEqual([2n, -2n, 2n]);
    expect(await map.readFloat("Broken")).toBe(2.5);
  });

  it("offers only the entries that the camera has", async () => {
    const { map } = mapOf(
      `<Integer Name="HasIt"><Value>0</Value></Integer>${intReg("R", 0)}
       <Enumeration Name="E"><EnumEntry Name="A"><Value>1</Value></EnumEntry><EnumEntry Name="B"><Value>2</Value><pIsImplemented>HasIt</pIsImplemented></EnumEntry><pValue>R</pValue></Enumeration>`,
    );
    await map.writeEnumeration("E", "A");
    expect(await map.readEnumeration("E")).toBe("A");
    expect((await map.entries("E")).map(({ name }) => name)).toEqual(["A"]);
    expect(await problemOf(map.writeEnumeration("E", "B"))).toBe("range E");
    await map.writeInteger("HasIt", 1n);
    await map.writeEnumeration("E", "B");
    expect(await map.readInteger("E")).toBe(2n);
    await map.writeInteger("R", 77n);
    expect(await problemOf(map.readEnumeration("E"))).toBe("range E");
  });

  it("takes a boolean as its on and off values, and gives commands", async () => {
    const { map, port } = mapOf(
      `${intReg("R", 0)}<Boolean Name="B"><pValue>R</pValue><OnValue>5</OnValue><OffValue>2</OffValue></Boolean><Boolean Name="Plain"><Value>true</Value></Boolean>
       ${intReg("CR", 4, "<Cachable>NoCache</Cachable>")}<Command Name="Go"><pValue>CR</pValue><CommandValue>3</CommandValue></Command>`,
    );
    await map.writeBoolean("B", true);
    expect(port.memory[0]).toBe(5);
    expect(await map.readBoolean("B")).toBe(true);
    await map.writeBoolean("B", false);
    expect(port.memory[0]).toBe(2);
    expect(await map.readBoolean("Plain")).toBe(true);
    await map.writeBoolean("Plain", false);
    expect(await map.readBoolean("Plain")).toBe(false);
    await map.execute("Go");
    expect(port.memory[4]).toBe(3);
    expect(await map.isDone("Go")).toBe(false);
    port.memory[4] = 0;
    expect(await map.isDone("Go")).toBe(true);
  });

  it("chooses an indexed value and writes to the chosen node", async () => {
    const { map, port } = mapOf(
      `<Integer Name="Sel"><Value>1</Value></Integer>${intReg("R1", 0)}${intReg("R2", 4)}
       <Integer Name="V"><pIndex>Sel</pIndex><pValueIndexed Index="1">R1</pValueIndexed><pValueIndexed Index="2">R2</pValueIndexed><ValueDefault>42</ValueDefault></Integer>`,
    );
    await map.writeInteger("V", 7n);
    await map.writeInteger("Sel", 2n);
    await map.writeInteger("V", 8n);
    expect([port.memory[0], port.memory[4]]).toEqual([7, 8]);
    await map.writeInteger("Sel", 3n);
    expect(await map.readInteger("V")).toBe(42n);
    expect(await problemOf(map.writeInteger("V", 1n))).toBe("access V");
  });
});

describe("node map: access and memory", () => {
  it("narrows access by locks, availability, imposed mode and the node behind", async () => {
    const { map } = mapOf(
      `<Integer Name="Lock"><Value>0</Value></Integer><Integer Name="There"><Value>1</Value></Integer>${intReg("R", 0)}${intReg("RO", 4, "", 4, "RO")}${intReg("WO", 8, "", 4, "WO")}
       <Integer Name="A"><pValue>R</pValue><pIsLocked>Lock</pIsLocked><pIsAvailable>There</pIsAvailable></Integer>
       <Integer Name="B"><pValue>RO</pValue></Integer><Integer Name="C"><pValue>R</pValue><ImposedAccessMode>RO</ImposedAccessMode></Integer>
       <Integer Name="D"><pValue>A</pValue></Integer><Integer Name="Not"><Value>1</Value><pIsImplemented>Lock</pIsImplemented></Integer>`,
    );
    expect(await Promise.all(["A", "B", "C", "D", "WO", "Not"].map((name) => map.access(name)))).toEqual(["RW", "RO", "RO", "RW", "WO", "NI"]);
    await map.writeInteger("Lock", 1n);
    expect(await Promise.all(["A", "D"].map((name) => map.access(name)))).toEqual(["RO", "RO"]);
    expect(await problemOf(map.writeInteger("D", 1n))).toBe("access D");
    await map.writeInteger("There", 0n);
    expect(await map.access("D")).toBe("NA");
    expect(await problemOf(map.readInteger("WO"))).toBe("access WO");
    expect(await problemOf(map.readInteger("Nobody"))).toBe("unknown Nobody");
  });

  it("reads a register once, until it or an invalidator is written", async () => {
    const { map, port } = mapOf(
      `${intReg("Mode", 0)}${intReg("Limit", 4, "<pInvalidator>Mode</pInvalidator>")}${intReg("Volatile", 8, "<Cachable>NoCache</Cachable>")}<Integer Name="F"><pValue>Limit</pValue></Integer>`,
    );
    const told: ReadonlySet<string>[] = [];
    map.onDidChange((names) => told.push(names));
    await map.readInteger("F");
    await map.readInteger("F");
    await map.readInteger("Volatile");
    await map.readInteger("Volatile");
    expect(port.traffic).toEqual(["r 0x4 4", "r 0x8 4", "r 0x8 4"]);
    await map.writeInteger("Mode", 1n);
    expect([...(told[0] ?? [])].toSorted()).toEqual(["F", "Limit", "Mode"]);
    await map.readInteger("F");
    expect(port.traffic.slice(3)).toEqual(["w 0x0 4", "r 0x4 4"]);
  });

  it("forgets what a selector switches", async () => {
    const { map, port } = mapOf(
      `${intReg("SelR", 0)}<Integer Name="Sel"><pValue>SelR</pValue><pSelected>Gain</pSelected></Integer>${intReg("GainR", 4)}<Integer Name="Gain"><pValue>GainR</pValue></Integer>`,
    );
    expect(await map.readInteger("Gain")).toBe(0n);
    await map.writeInteger("Sel", 1n);
    port.memory[4] = 9;
    expect(await map.readInteger("Gain")).toBe(9n);
  });

  it("lets a value go old after its polling time", async () => {
    let nowMs = 0;
    const { map, port } = mapOf(`${intReg("T", 0, "<PollingTime>500</PollingTime>")}<Integer Name="Temp"><pValue>T</pValue></Integer>`, () => nowMs);
    map.poll();
    expect(await map.readInteger("Temp")).toBe(0n);
    port.memory[0] = 30;
    nowMs = 499;
    expect(map.poll().size).toBe(0);
    expect(await map.readInteger("Temp")).toBe(0n);
    nowMs = 500;
    expect([...map.poll()].toSorted()).toEqual(["T", "Temp"]);
    expect(await map.readInteger("Temp")).toBe(30n);
  });

  it("reads chunk features from the frame looked at", async () => {
    const { map } = mapOf(
      `<Port Name="ChunkPort"><ChunkID>0xA1</ChunkID></Port><IntReg Name="ChunkGain"><Address>2</Address><Length>2</Length><AccessMode>RO</AccessMode><pPort>ChunkPort</pPort></IntReg>
       <Port Name="Ev"><EventID>9001</EventID></Port><IntReg Name="EventData"><Address>0</Address><Length>2</Length><pPort>Ev</pPort></IntReg>`,
    );
    expect(await map.access("ChunkGain")).toBe("NA");
    expect(await map.access("EventData")).toBe("NA");
    map.attachChunks(new Map([[0xa1n, Uint8Array.of(0, 0, 7, 1)]]));
    expect(await map.readInteger("ChunkGain")).toBe(0x107n);
    map.attachChunks(new Map([[0xa1n, Uint8Array.of(0, 0, 8, 0)]]));
    expect(await map.readInteger("ChunkGain")).toBe(8n);
    map.attachChunks(new Map([[0xa1n, Uint8Array.of(0, 0)]]));
    expect(await problemOf(map.readInteger("ChunkGain"))).toBe("access ChunkGain");
  });

  it("does one call after another, also when one fails", async () => {
    const { map, port } = mapOf(
      `<MaskedIntReg Name="A"><Address>0</Address><Length>1</Length><AccessMode>RW</AccessMode><pPort>Device</pPort><LSB>0</LSB><MSB>3</MSB></MaskedIntReg>
       <MaskedIntReg Name="B"><Address>0</Address><Length>1</Length><AccessMode>RW</AccessMode><pPort>Device</pPort><LSB>4</LSB><MSB>7</MSB></MaskedIntReg>`,
    );
    const results = await Promise.allSettled([map.writeInteger("A", 3n), map.writeInteger("A", 99n), map.writeInteger("B", 5n)]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(port.memory[0]).toBe(0x53);
  });

  it("gives up at once when told to", async () => {
    const { map, port } = mapOf(intReg("A", 0));
    await expect(map.readInteger("A", { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    expect(port.traffic).toEqual([]);
  });
});

describe("node map: hostile files", () => {
  it("stops at a circle and names it", async () => {
    const { map } = mapOf(
      `<Integer Name="A"><pValue>B</pValue></Integer><Integer Name="B"><pValue>A</pValue></Integer>
       <Integer Name="Own"><Value>1</Value><pIsLocked>Own</pIsLocked></Integer><IntReg Name="R"><pAddress>R</pAddress><Length>4</Length><pPort>Device</pPort></IntReg>
       <IntSwissKnife Name="K"><Expression Name="X">Y</Expression><Expression Name="Y">X</Expression><Formula>X</Formula></IntSwissKnife>`,
    );
    for (const name of ["A", "R", "K"]) expect(await problemOf(map.readInteger(name))).toMatch(/^cycle/u);
    expect(await problemOf(map.limits("A"))).toMatch(/^cycle/u);
    expect(await problemOf(map.writeInteger("B", 1n))).toMatch(/^cycle/u);
    expect(await map.access("Own")).toBe("RO");
  });

  it("stops at formulas that double with every step, and at chains without end", async () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `<IntSwissKnife Name="D${i}"><pVariable Name="A">D${i + 1}</pVariable><pVariable Name="B">D${i + 1}</pVariable><Formula>A + B</Formula></IntSwissKnife>`).join("");
    const chain = Array.from({ length: 100 }, (_, i) => `<Integer Name="C${i}"><pValue>C${i + 1}</pValue></Integer>`).join("");
    const { map } = mapOf(`${doubling}<Integer Name="D40"><Value>1</Value></Integer>${chain}<Integer Name="C100"><Value>1</Value></Integer>`);
    expect(await problemOf(map.readInteger("D0"))).toMatch(/^cycle/u);
    expect(await problemOf(map.readInteger("C0"))).toMatch(/^cycle/u);
    expect(await map.readInteger("D35")).toBe(32n);
  });

  it("names the node whose formula divides by zero, or whose register is too large", async () => {
    const { map } = mapOf(
      `<IntSwissKnife Name="Z"><Formula>1 / 0</Formula></IntSwissKnife><Integer Name="F"><pValue>Z</pValue></Integer>
       <Register Name="Huge"><Address>0</Address><Length>0x7FFFFFFF</Length><pPort>Device</pPort></Register>
       <MaskedIntReg Name="Outside"><Address>0</Address><Length>1</Length><LSB>3</LSB><MSB>40</MSB><pPort>Device</pPort></MaskedIntReg>`,
    );
    expect(await problemOf(map.readInteger("F"))).toBe("formula Z");
    expect(await problemOf(map.readBytes("Huge"))).toBe("malformed Huge");
    expect(await problemOf(map.readInteger("Outside"))).toMatch(/^malformed/u);
  });
});
