//! A deterministic stand-in for Google and Microsoft.
