//! Small but valid files for attachments: PDF, PNG, CSV, calendar invitations.

use crate::mail::Attachment;

/// A one-page PDF showing a few lines of text.
pub(crate) fn pdf(filename: &str, lines: &[String]) -> Attachment {
    let mut text = String::from("BT /F1 16 Tf 72 760 Td 22 TL\n");
    for line in lines {
        let safe: String = line
            .chars()
            .map(|letter| match letter {
                '(' | ')' | '\\' => ' ',
                letter if letter.is_ascii() => letter,
                _ => '?',
            })
            .collect();
        text.push_str(&format!("({safe}) Tj T*\n"));
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.push_str(&format!("{} 0 obj\n{object}\nendobj\n", number + 1));
    }
    let start = out.len();
    out.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for offset in offsets {
        out.push_str(&format!("{offset:010} 00000 n \n"));
    }
    out.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    file(filename, "application/pdf", out.into_bytes())
}

/// A picture of two colours fading into each other; `hue` chooses them.
pub(crate) fn png(filename: &str, hue: u64, width: u32, height: u32) -> Attachment {
    let base = [
        (hue & 0x7F) as u32 + 40,
        ((hue >> 8) & 0x7F) as u32 + 60,
        ((hue >> 16) & 0x7F) as u32 + 90,
    ];
    let mut rows = Vec::with_capacity((width as usize * 3 + 1) * height as usize);
    for y in 0..height {
        rows.push(0);
        for x in 0..width {
            let shade = (x * 60 / width.max(1)) + (y * 40 / height.max(1));
            rows.extend(base.iter().map(|colour| (colour + shade).min(255) as u8));
        }
    }
    let mut out = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    let mut header = Vec::new();
    header.extend_from_slice(&width.to_be_bytes());
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &stored_zlib(&rows));
    chunk(&mut out, b"IEND", &[]);
    file(filename, "image/png", out)
}

pub(crate) fn csv(filename: &str, rows: &[String]) -> Attachment {
    file(filename, "text/csv", rows.join("\r\n").into_bytes())
}

/// A meeting request of one hour.
pub(crate) fn invitation(summary: &str, start: &str, uid: &str) -> Attachment {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Simulator//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTART:{start}\r\nDURATION:PT1H\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    file("invite.ics", "text/calendar", text.into_bytes())
}

fn file(filename: &str, mime_type: &str, data: Vec<u8>) -> Attachment {
    Attachment {
        filename: filename.to_owned(),
        mime_type: mime_type.to_owned(),
        content_id: None,
        inline: false,
        data,
        filler: 0,
    }
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    let sum = kind
        .iter()
        .chain(data)
        .fold(u32::MAX, |state, byte| crc_step(state, *byte));
    out.extend_from_slice(&(!sum).to_be_bytes());
}

fn crc_step(state: u32, byte: u8) -> u32 {
    (0..8).fold(state ^ u32::from(byte), |value, _| {
        if value & 1 == 1 {
            (value >> 1) ^ 0xEDB8_8320
        } else {
            value >> 1
        }
    })
}

/// Zlib's form without compression (RFC 1950 and 1951, stored blocks).
fn stored_zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = data.chunks(65_535).count();
    for (number, block) in data.chunks(65_535).enumerate() {
        out.push(u8::from(number + 1 == blocks));
        out.extend_from_slice(&(block.len() as u16).to_le_bytes());
        out.extend_from_slice(&(!(block.len() as u16)).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    out.extend_from_slice(&((high << 16) | low).to_be_bytes());
    out
}
