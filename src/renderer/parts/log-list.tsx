import type { LogLine } from "../../shared/domain/snapshot.ts";
import { formatTimeOfDay } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { TONE_ICONS } from "../ui/notice.tsx";
import { useMediaQuery } from "../ui/use-media-query.ts";
import { VirtualList } from "../ui/virtual-list.tsx";

/** The log in words, newest at the end. It follows new lines until the person scrolls up. */
export function LogList(props: { readonly lines: readonly LogLine[]; readonly follow: boolean }) {
  // A tall window has room for two lines of words each; a low one shows more lines instead.
  const tall = useMediaQuery("(min-height: 900px)");
  return (
    <VirtualList
      rows={props.lines}
      rowEm={tall ? 3 : 1.9}
      small
      keyOf={(line) => `${line.sequence} ${line.time}`}
      follow={props.follow}
      label="Log"
      testId="log-list"
      render={(line) => {
        const icon = TONE_ICONS[line.tone];
        return (
          <div className={`oc-log oc-log--${line.tone} ${tall ? "oc-log--two-lines" : ""} oc-selectable`} title={line.text} data-testid="log-line" data-sequence={line.sequence}>
            <time className="oc-log__time" dateTime={line.time}>{formatTimeOfDay(line.time)}</time>
            {icon === undefined ? undefined : <Icon name={icon} size={14} />}
            <span className="oc-log__text">{line.text}</span>
          </div>
        );
      }}
    />
  );
}
