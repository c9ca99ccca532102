import { GenicamError } from "../genicam-error.ts";
import type { PortOptions } from "../register-port.ts";

/** Nodes inside one another; real files stay below twenty. */
const MOST_DEEP = 64;
/** Nodes looked at for one call; real files stay below a thousand. A file where each node asks two others asks for 2^n. */
const MOST_VISITS = 20_000;

/**
 * One public call's way through the nodes: notices circles, counts visits, remembers what was written.
 * Every visit is one `enter`; the walk it returns is the way on from there.
 */
export interface Walk {
  readonly options: PortOptions;
  /** Nodes written so far by this call. */
  readonly written: Set<string>;
  /**
   * @param aspect what of the node is asked for: its access may well depend on its own value
   * @throws GenicamError `cycle`
   */
  enter(name: string, aspect?: "value" | "access" | "limits"): Walk;
}

export function startWalk(options: PortOptions): Walk {
  const written = new Set<string>();
  let visits = 0;
  const at = (trail: readonly string[], names: readonly string[]): Walk => ({
    options, written,
    enter(name, aspect = "value") {
      const step = `${aspect} ${name}`;
      options.signal?.throwIfAborted();
      visits += 1;
      const before = trail.indexOf(step);
      if (before >= 0) throw new GenicamError("cycle", name, `it refers to itself, by ${[...names.slice(before + 1), name].slice(0, 8).join(", ")}`);
      if (trail.length >= MOST_DEEP) throw new GenicamError("cycle", names[0] ?? name, `it leads through more than ${MOST_DEEP} nodes`);
      if (visits > MOST_VISITS) throw new GenicamError("cycle", names[0] ?? name, `it takes more than ${MOST_VISITS} steps to work out`);
      return at([...trail, step], [...names, name]);
    },
  });
  return at([], []);
}
