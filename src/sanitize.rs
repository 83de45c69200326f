//! Sanitising.
/// x
pub struct Sanitized {
    /// x
    pub html: String,
}
/// x
pub fn html(html: &str) -> Sanitized {
    Sanitized {
        html: ammonia::clean(html),
    }
}
/// x
pub fn text_to_html(text: &str) -> String {
    ammonia::clean_text(text)
}
