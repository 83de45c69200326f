// Reads composed mails with postal-mime and compares them with what they were composed of.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

const require = createRequire(
  new URL("../../../js/package.json", import.meta.url),
);
const { default: PostalMime } = await import(require.resolve("postal-mime"));

const people = (list) =>
  (list ?? []).map(({ name, address }) => ({ name, address }));
const lines = (text) => (text ?? "").replaceAll("\r\n", "\n").trimEnd();

/** postal-mime decodes a name a second time that was written to be taken as it is (RFC 2231). */
const known = (name) => name.replace("=?utf-8?B?eA==?=", "x");

async function differences(wanted) {
  const mail = await PostalMime.parse(Buffer.from(wanted.raw, "base64"));
  const answers = wanted.answers ?? { references: [], messageId: undefined };
  const references = [
    ...answers.references,
    ...(answers.messageId ? [answers.messageId] : []),
  ];
  // A picture of the text stands before the other files.
  const inline = wanted.files.filter((file) => "contentId" in file);
  const files = [
    ...inline,
    ...wanted.files.filter((file) => !("contentId" in file)),
  ];
  const bytes = (content) => Buffer.from(content).toString("base64");
  return [
    ["from", people([mail.from]), people([wanted.from])],
    ["to", people(mail.to), people(wanted.to)],
    ["cc", people(mail.cc), people(wanted.cc)],
    ["subject", mail.subject ?? "", wanted.subject],
    ["id", mail.messageId, "<0123456789abcdef@example.com>"],
    ["in reply to", mail.inReplyTo ?? null, answers.messageId ?? null],
    [
      "references",
      (mail.references ?? "").split(/\s+/).filter(Boolean),
      references,
    ],
    ["text", lines(mail.text), lines(wanted.text)],
    ["html", lines(mail.html), lines(wanted.html)],
    [
      "names",
      mail.attachments.map((file) => file.filename),
      files.map((file) => known(file.filename)),
    ],
    [
      "kinds",
      mail.attachments.map((file) => file.mimeType),
      files.map((file) => file.mimeType),
    ],
    [
      "ids",
      mail.attachments.map((file) => file.contentId),
      files.map((file) => file.contentId && `<${file.contentId}>`),
    ],
    [
      "bytes",
      mail.attachments.map((file) => bytes(file.content)),
      files.map((file) => file.bytes),
    ],
  ];
}

const mails = JSON.parse(readFileSync(0, "utf8"));
let failed = false;
for (const [number, wanted] of mails.entries()) {
  for (const [name, found, expected] of await differences(wanted)) {
    if (isDeepStrictEqual(found, expected)) continue;
    failed = true;
    const short = (value) => JSON.stringify(value)?.slice(0, 300);
    console.log(
      `mail ${number}: ${name}: ${short(found)} instead of ${short(expected)}`,
    );
  }
}
if (failed) process.exit(1);
console.log(`${mails.length} mails are equal`);
