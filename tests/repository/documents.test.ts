import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const project = resolve(import.meta.dirname, "../..");
const documents = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", ...below("docs"), ...below("models"), ...below("native"), ...below("recipes")];

function below(folder: string): string[] {
  return readdirSync(join(project, folder), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".md")).map((file) => join(folder, file));
}

function textOf(document: string): string {
  return readFileSync(join(project, document), "utf8");
}

/** What a heading is linked by. */
function anchorsOf(document: string): string[] {
  return [...textOf(document).matchAll(/^#+ (.+)$/gmu)].map(([, heading = ""]) => heading.toLowerCase().replace(/[^\w\- ]/gu, "").trim().replaceAll(" ", "-"));
}

describe.each(documents)("%s", (document) => {
  const text = textOf(document);

  it("links to pages, pictures and headings that exist", () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/gu)].map(([, link = ""]) => link).filter((link) => !/^(https?|mailto):/u.test(link));
    const dead = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? document : join(dirname(document), path);
      return !existsSync(join(project, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(dead).toEqual([]);
  });

  it("names files, folders and commands of the repository that exist", () => {
    const words = [...text.matchAll(/`([^`\n]+)`/gu)].flatMap(([, words = ""]) => words.split(/\s+/u));
    const paths = words.filter((word) => /^(src|docs|tests|scripts|native|models|recipes|types)\/[\w./-]*\w\/?$/u.test(word) && !/[A-Z]{3}/u.test(word.replace("README", "")));
    const gone = paths.filter((path) => ![path, `${path}.ts`].some((one) => existsSync(join(project, one)) || existsSync(join(project, dirname(document), one))));
    const { scripts } = JSON.parse(textOf("package.json")) as { readonly scripts: Record<string, string> };
    const unknown = [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/gu)].map(([, name = ""]) => name).filter((name) => !(name in scripts));
    expect({ gone, unknown }).toEqual({ gone: [], unknown: [] });
  });
});

it("the README asks for the Node that package.json asks for", () => {
  const { engines } = JSON.parse(textOf("package.json")) as { readonly engines: { readonly node: string } };
  const asked = [...engines.node.matchAll(/\d+\.\d+/gu)].map(([version]) => version);
  const line = textOf("README.md").split("\n").find((words) => words.startsWith("Node ")) ?? "";
  expect([...line.matchAll(/\d+\.\d+/gu)].map(([version]) => version).sort()).toEqual(asked.sort());
});
