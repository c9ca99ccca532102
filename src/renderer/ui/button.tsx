import type { MouseEvent, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon.tsx";
import { useShortcut } from "./shortcuts.tsx";

export interface ButtonProps {
  readonly label: string;
  readonly onPress: () => void;
  /** "quiet" has no border until hovered; "stop" is red. */
  readonly tone?: "normal" | "quiet" | "primary" | "stop";
  readonly size?: "normal" | "large" | "huge";
  readonly icon?: IconName | undefined;
  /** Icon alone; the label becomes tooltip and accessible name. */
  readonly iconOnly?: boolean;
  /** Makes it a toggle. */
  readonly pressed?: boolean | undefined;
  readonly disabled?: boolean;
  /** Why it is disabled, or more about what it does. */
  readonly hint?: string | undefined;
  /** Its key is shown in the tooltip. */
  readonly actionId?: string | undefined;
  readonly testId?: string | undefined;
  readonly submit?: boolean;
  readonly className?: string | undefined;
  readonly children?: ReactNode;
}

/**
 * A mouse press must not take the keyboard away from the picture: after a click Space still keeps the field. Focus moves
 * to a button only by Tab.
 */
export function keepKeyboard(event: MouseEvent): void {
  event.preventDefault();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

export function Button(props: ButtonProps) {
  const shortcut = useShortcut(props.actionId);
  const hint = props.hint ?? (props.iconOnly === true ? props.label : undefined);
  const title = [hint, shortcut === undefined ? undefined : `[${shortcut}]`].filter((part) => part !== undefined).join("  ");
  return (
    <button
      type={props.submit === true ? "submit" : "button"}
      className={classNames("oc-button", `oc-button--${props.tone ?? "normal"}`, `oc-button--${props.size ?? "normal"}`, props.iconOnly === true && "oc-button--icon", props.className)}
      onMouseDown={keepKeyboard}
      onClick={props.onPress}
      disabled={props.disabled}
      aria-pressed={props.pressed}
      aria-label={props.iconOnly === true ? props.label : undefined}
      title={title === "" ? undefined : title}
      data-testid={props.testId}
    >
      {props.icon === undefined ? undefined : <Icon name={props.icon} />}
      {props.iconOnly === true ? undefined : <span className="oc-button__label">{props.label}</span>}
      {props.children}
    </button>
  );
}
