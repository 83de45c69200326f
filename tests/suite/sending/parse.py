"""Reads composed mails with Python's standard library and compares them with what they were composed of."""
import base64
import json
import sys
from email import policy
from email.parser import BytesParser


def known(name):
    """Before 3.13 a name of several encoded words is read with spaces between them, against RFC 2047 section 6.2."""
    return name.replace(" ", "") if len(name.encode()) > 45 else name


def people(header):
    if header is None:
        return []
    return [(known(address.display_name), address.addr_spec) for address in header.addresses]


def listed(wanted):
    return [(known(person["name"]), person["address"]) for person in wanted]


def content(part):
    return part.get_content().replace("\r\n", "\n")


def differences(wanted):
    mail = BytesParser(policy=policy.default).parsebytes(base64.b64decode(wanted["raw"]))
    answers = wanted["answers"] or {"references": [], "messageId": None}
    references = answers["references"] + ([answers["messageId"]] if answers["messageId"] else [])
    # A picture of the text stands before the other files.
    files = sorted(wanted["files"], key=lambda file: "contentId" not in file)
    parts = [part for part in mail.walk() if part.get_content_disposition()]
    bodies = [part for part in mail.walk() if not part.is_multipart() and not part.get_content_disposition()]
    yield "from", people(mail["from"]), listed([wanted["from"]])
    yield "to", people(mail["to"]), listed(wanted["to"])
    yield "cc", people(mail["cc"]), listed(wanted["cc"])
    yield "subject", mail["subject"], wanted["subject"]
    yield "id", mail["message-id"], "<0123456789abcdef@example.com>"
    yield "in reply to", mail["in-reply-to"], answers["messageId"]
    yield "references", (mail["references"] or "").split(), references
    yield "types", [part.get_content_type() for part in bodies], ["text/plain", "text/html"]
    yield "text", content(bodies[0]), wanted["text"]
    yield "html", content(bodies[1]), wanted["html"]
    yield "names", [part.get_filename() for part in parts], [file["filename"] for file in files]
    yield "kinds", [part.get_content_type() for part in parts], [file["mimeType"] for file in files]
    yield "ids", [part["content-id"] for part in parts], [
        f"<{file['contentId']}>" if "contentId" in file else None for file in files
    ]
    yield "bytes", [part.get_payload(decode=True) for part in parts], [base64.b64decode(file["bytes"]) for file in files]
    defects = list(mail.defects) + [defect for part in mail.walk() for defect in part.defects]
    headers = [defect for _, value in mail.items() for defect in getattr(value, "defects", [])]
    yield "defects", [str(defect) for defect in defects + headers], []


def main():
    mails = json.load(sys.stdin)
    failed = False
    for number, wanted in enumerate(mails):
        for name, found, expected in differences(wanted):
            if found != expected:
                failed = True
                print(f"mail {number}: {name}: {str(found)[:300]!r} instead of {str(expected)[:300]!r}")
    if failed:
        sys.exit(1)
    print(f"{len(mails)} mails are equal")


main()
