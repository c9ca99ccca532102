import type { PartView } from "../../../shared/domain/device-setup.ts";
import { StateMark } from "./state-mark.tsx";
import { deviceWords as words } from "./words.ts";

/** What a device consists of, and what can be said of each part without moving it. */
export function PartsTable(props: { readonly parts: readonly PartView[]; readonly withRoles?: boolean }) {
  return (
    <table className="oc-devices__table">
      <thead><tr><th scope="col">{words.part}</th><th scope="col">{words.state}</th>{props.withRoles === true ? <th scope="col">{words.role}</th> : undefined}</tr></thead>
      <tbody>
        {props.parts.map(({ part, kind, identity, state, reason, role, words: said }) => (
          <tr key={part} data-testid={`part-${part}`}>
            <td>
              <strong>{words.kinds[kind]}</strong>{words.kinds[kind].toLowerCase() === part ? undefined : <span className="oc-devices__quiet"> {part}</span>}
              <div className="oc-devices__facts oc-selectable">{[`${identity.vendor} ${identity.model}`.trim(), identity.serial === "" ? "" : `serial ${identity.serial}`, said ?? ""].filter((each) => each !== "").join(", ")}</div>
            </td>
            <td><StateMark state={state} />{reason === undefined ? undefined : <div className="oc-devices__reason">{reason}</div>}</td>
            {props.withRoles === true ? <td>{role === undefined ? <span className="oc-side__quiet">{words.noRole}</span> : words.kinds[role]}</td> : undefined}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
