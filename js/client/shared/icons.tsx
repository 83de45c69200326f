// What antd has no icon for, drawn as its own are: outlines of one weight in a field of 1024, in the colour of the text.
import React from 'react';

function Drawn({ path, mirrored = false }: { path: string; mirrored?: boolean }) {
  return (
    <span aria-hidden className="anticon">
      <svg fill="none" focusable="false" height="1em" viewBox="0 0 1024 1024" width="1em">
        <path
          d={path}
          stroke="currentColor"
          strokeLinecap="round"
          strokeLinejoin="round"
          strokeWidth="76"
          transform={mirrored ? 'matrix(-1 0 0 1 1024 0)' : undefined}
        />
      </svg>
    </span>
  );
}

const BACK = 'M380 200 130 450 380 700 M130 450H600C790 450 894 580 894 820';

/** An arrow that turns back. */
export function ReplyIcon() {
  return <Drawn path={BACK} />;
}

/** The same with two heads. */
export function ReplyAllIcon() {
  return (
    <Drawn path="M330 200 80 450 330 700 M580 200 330 450 580 700 M330 450H660C840 450 944 580 944 820" />
  );
}

/** An arrow that goes on. */
export function ForwardIcon() {
  return <Drawn mirrored path={BACK} />;
}

/** A box with its lid. */
export function ArchiveIcon() {
  return <Drawn path="M112 176H912V384H112Z M176 384V856H848V384 M412 552H612" />;
}
