import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** Smaller than this a target is missed with gloves on, CSS pixels; half a pixel is rounding. */
const TARGET_PX = 31.5;

/** Buttons and fields that have been crushed, and a page that scrolls as a whole: what a narrow window does to a screen that does not yield. */
export async function crushedParts(page: Page): Promise<string[]> {
  return page.evaluate((least) => {
    const parts = [...document.querySelectorAll<HTMLElement>("button, input, select")].filter((part) => part.checkVisibility() && !part.classList.contains("oc-hidden-text") && !/^(?:checkbox|radio|range)$/u.test(part.getAttribute("type") ?? ""));
    const crushed = parts.flatMap((part) => {
      const { width, height } = part.getBoundingClientRect();
      return width < least || height < least ? [`${part.dataset["testid"] ?? part.innerText}: ${Math.round(width)} x ${Math.round(height)} px`] : [];
    });
    const { scrollWidth, scrollHeight } = document.documentElement;
    return scrollWidth > innerWidth || scrollHeight > innerHeight ? [...crushed, `the page is ${scrollWidth} x ${scrollHeight} px in a window of ${innerWidth} x ${innerHeight}`] : crushed;
  }, TARGET_PX);
}

/** What a person with another way of seeing or working would stumble over: axe's serious and critical findings, in words. */
export async function seriousBarriers(page: Page): Promise<string[]> {
  // Legacy mode: the other one opens a second page, which an Electron app refuses.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}
