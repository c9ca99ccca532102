import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What a person with another way of seeing or working would stumble over: axe's serious and critical findings, in words. */
export async function seriousBarriers(page: Page): Promise<string[]> {
  // Legacy mode: the other one opens a second page, which an Electron app refuses.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}
