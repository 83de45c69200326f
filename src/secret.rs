//! Secrets: newtypes that don't show themselves, and their encryption at rest.
//!
//! A stored secret is `v1.<key id>.<nonce and ciphertext, base64url>`: XChaCha20-Poly1305. Its context, the record and
//! column it belongs to, is bound in as additional data, so that a value copied to another place doesn't open there.
//!
//! At first the key is one that HKDF derives from the application's key (RFC 5869). Each rotation makes a random data
//! key, kept wrapped under that derived key in `mailKeys` (envelope encryption), and moves every secret under it.

use std::fmt;

use hkdf::Hkdf;
use sha2::Sha256;

use crate::error::{Error, ErrorCode, Result};

mod keys;
mod rotation;
mod vault;

pub use rotation::{RotationState, rotate, state as rotation_state, step as rotation_step};
pub use vault::Vault;

const SALT: &[u8] = b"nocobase-plugin-email-manager";

/// A client secret, a token or a code. It can't be printed or compared.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes `text` for a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// The host application's own key.
#[derive(Clone)]
pub struct ApplicationKey(Vec<u8>);

impl ApplicationKey {
    /// Takes `bytes` for the application's key.
    ///
    /// # Errors
    /// `host_failed` where there are none: secrets would be stored in the clear.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Err(Error::new(
                ErrorCode::HostFailed,
                "the host has no application key to protect secrets with",
            ));
        }
        Ok(Self(bytes))
    }

    fn derive(&self, info: &[u8]) -> Result<[u8; 32]> {
        let mut derived = [0; 32];
        Hkdf::<Sha256>::new(Some(SALT), &self.0)
            .expand(info, &mut derived)
            .map_err(|_| Error::new(ErrorCode::Internal, "the key could not be derived"))?;
        Ok(derived)
    }
}

impl fmt::Debug for ApplicationKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApplicationKey(…)")
    }
}
