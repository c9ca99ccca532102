/** The machine's C++ compiler and how it is called for an addon of Node-API. */
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * @typedef {object} Compiler
 * @property {string} path
 * @property {"gnu" | "msvc"} style
 * @property {(includes: string[]) => string[]} compileFlags
 * @property {(source: string, object: string, includes: string[]) => string[]} compileArguments
 * @property {(objects: string[], addon: string, where: { headers: string, folder: string }) => { program: string, arguments: string[] }[]} linkSteps
 */

/** @returns {Compiler | undefined} undefined where there is none */
export function findCompiler() {
  if (process.platform === "win32") {
    // Found only where the Visual Studio environment is set up ("x64 Native Tools Command Prompt").
    const cl = onPath("cl.exe");
    return cl === undefined ? undefined : msvc(cl);
  }
  const chosen = process.env["CXX"];
  const path = [...(chosen === undefined || chosen === "" ? [] : [chosen]), "c++", "g++", "clang++"].map(onPath).find((found) => found !== undefined);
  return path === undefined ? undefined : gnu(path);
}

/** @param {string} program */
function onPath(program) {
  if (isAbsolute(program)) return existsSync(program) ? program : undefined;
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find((candidate) => existsSync(candidate));
}

/**
 * g++ and clang++. The binary runs on every processor of its kind: no -march; loops that gain from AVX2 are compiled
 * for both (native/src/api/cpu.h). -ffp-contract=off keeps floats the same with and without it. The two -fno flags give
 * up errno and floating-point traps, which nothing here reads; no result changes.
 *
 * @param {string} path
 * @returns {Compiler}
 */
function gnu(path) {
  const flags = ["-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra", "-DNAPI_VERSION=8"];
  // On macOS the symbols of Node-API are found in the host when the addon is loaded; on Linux that is what -shared does.
  const shared = process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
  /** @param {string[]} includes */
  const compileFlags = (includes) => [...flags, ...includes.map((folder) => `-I${folder}`)];
  return {
    path,
    style: "gnu",
    compileFlags,
    compileArguments: (source, object, includes) => [...compileFlags(includes), "-c", source, "-o", object],
    linkSteps: (objects, addon) => [{ program: path, arguments: [...shared, "-o", addon, ...objects] }],
  };
}

/**
 * Microsoft's compiler: an import library is made of the lists of symbols in node-api-headers, and node.exe is loaded
 * late so that Electron can stand in for it (native/windows/delay-load-hook.cc). Written by its documentation; not yet
 * run by anyone.
 *
 * @param {string} path
 * @returns {Compiler}
 */
function msvc(path) {
  const arch = process.arch === "arm64" ? "ARM64" : "X64";
  /** @param {string[]} includes */
  const compileFlags = (includes) => ["/nologo", "/std:c++17", "/O2", "/EHsc", "/MD", "/fp:precise", "/DNAPI_VERSION=8", "/DBUILDING_NODE_EXTENSION", ...includes.map((folder) => `/I${folder}`)];
  return {
    path,
    style: "msvc",
    compileFlags,
    compileArguments: (source, object, includes) => [...compileFlags(includes), "/c", source, `/Fo${object}`],
    linkSteps: (objects, addon, { headers, folder }) => {
      const libraries = ["js_native_api", "node_api"].map((name) => ({ definition: join(headers, "def", `${name}.def`), library: join(folder, `${name}.lib`) }));
      const making = libraries.map(({ definition, library }) => ({
        program: onPath("lib.exe") ?? "lib.exe",
        arguments: ["/nologo", `/MACHINE:${arch}`, `/DEF:${definition}`, `/OUT:${library}`],
      }));
      const linking = {
        program: onPath("link.exe") ?? "link.exe",
        arguments: ["/nologo", "/DLL", `/MACHINE:${arch}`, `/OUT:${addon}`, ...objects, ...libraries.map(({ library }) => library), "delayimp.lib", "/DELAYLOAD:node.exe"],
      };
      return [...making, linking];
    },
  };
}
