import { describe, expect, it } from "vitest";
import { LAB_FAMILIES } from "../../lab/serial/families.ts";
import { onPty } from "../../lab/serial/on-pty.ts";
import { whyNoPty } from "../../lab/serial/pty.ts";
import { serialContracts } from "./serial-contracts.ts";

const obstacle = whyNoPty();
if (obstacle !== undefined) console.warn(`Controllers on pseudo-terminals are not tested here: ${obstacle}.`);

describe.skipIf(obstacle !== undefined)("on pseudo-terminals", () => {
  it("are all families of the lab", () => {
    expect(Object.keys(LAB_FAMILIES).length).toBeGreaterThan(0);
  });
  for (const family of Object.values(LAB_FAMILIES)) serialContracts(family, onPty, "on a pseudo-terminal");
});
