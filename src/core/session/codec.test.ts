import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SessionRecord } from "../../shared/domain/session.ts";
import { canonicalJson } from "./canonical-json.ts";
import { decodeRecord, encodeRecord, NO_PREVIOUS, RecordFault } from "./codec.ts";
import { camelCase, fromDisk, snakeCase, toDisk } from "./disk-keys.ts";
import { anyRecord } from "../../../tests/builders/any-record.ts";

describe("canonicalJson", () => {
  it("gives the bytes of the example in RFC 8785, section 3.2.3", () => {
    const example = { numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", literals: [null, true, false] };
    expect(canonicalJson(example)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  it("sorts keys by UTF-16 code units, as section 3.2.3 of RFC 8785 shows", () => {
    const keys = { "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\u{1F600}": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis" };
    const values = [...canonicalJson(keys).matchAll(/:"([^"]*)"/gu)].map((match) => match[1]);
    expect(values).toEqual(["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"]);
  });

  it("leaves out undefined members and refuses what JSON cannot hold", () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, [undefined], 1n, () => 1]) expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it("says the same whatever the order of the keys", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const shuffled: unknown = JSON.parse(canonicalJson(value));
      expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
    }));
  });
});

describe("disk keys", () => {
  it.each([["exposureMs", "exposure_ms"], ["stagePositionUm", "stage_position_um"], ["sha256", "sha256"], ["offsetX", "offset_x"]])("%s is %s on disk", (code, disk) => {
    expect(snakeCase(code)).toBe(disk);
    expect(camelCase(disk)).toBe(code);
  });

  it("turn back exactly, for every name that can be written", () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,20}$/u), (key) => {
      expect(camelCase(snakeCase(key))).toBe(key);
    }));
  });

  it("leave the keys of maps alone, for these are data", () => {
    const value = { counts: { "red-cell": 3, whiteCell: 1 }, ledger: { lost: { "camera-gap": 2 }, analysisLost: { died: 1 } } };
    expect(toDisk(value)).toEqual({ counts: { "red-cell": 3, whiteCell: 1 }, ledger: { lost: { "camera-gap": 2 }, analysis_lost: { died: 1 } } });
    expect(fromDisk(toDisk(value))).toEqual(value);
  });

  it("refuse names that could not be turned back", () => {
    for (const key of ["exposure_ms", "Exposure", "a-b", ""]) expect(() => snakeCase(key)).toThrow(TypeError);
    for (const key of ["exposureMs", "_a", "a__b", "a_1", "a_"]) expect(() => camelCase(key)).toThrow(TypeError);
  });
});

describe("encodeRecord", () => {
  it("is undone by decodeRecord for every record", () => {
    fc.assert(fc.property(anyRecord, (record) => {
      const line = encodeRecord(record);
      expect(line).not.toContain("\n");
      expect(decodeRecord(line)).toEqual(record);
      expect(encodeRecord(decodeRecord(line))).toBe(line);
    }), { numRuns: 300 });
  });

  it("writes a line that people can read", () => {
    const record: SessionRecord = { format: "ocular-session", version: 1, sequence: 4, time: "2026-03-04T05:06:07.000Z", actor: { kind: "operator", name: "Ada" }, previous: NO_PREVIOUS, event: { type: "note", text: "oil" } };
    expect(encodeRecord(record)).toBe(`{"actor":{"kind":"operator","name":"Ada"},"event":{"text":"oil","type":"note"},"format":"ocular-session","previous":"${NO_PREVIOUS}","sequence":4,"time":"2026-03-04T05:06:07.000Z","version":1}`);
  });
});

describe("decodeRecord", () => {
  it.each([
    ["", "is not JSON"],
    ['{"a":', "is not JSON"],
    ["[]", "does not follow the format: record"],
    ['{"Format":"x"}', 'does not follow the format: "Format" is not a snake_case name'],
    ['{"format":"ocular-session","version":2}', "does not follow the format: version"],
  ])("says in what %j is no record", (line, reason) => {
    expect(() => decodeRecord(line)).toThrow(RecordFault);
    expect(() => decodeRecord(line)).toThrow(reason);
  });
});
