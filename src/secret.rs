//! Secrets: newtypes that don't show themselves, and their encryption at rest.
//!
//! A stored secret is `v1.<key id>.<nonce and ciphertext, base64url>`: XChaCha20-Poly1305 under a key that HKDF
//! derives from the application's key (RFC 5869). Its context, the record and column it belongs to, is bound in as
//! additional data, so that a value copied to another place doesn't open there.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorCode, Result};
use crate::host::Host;

const VERSION: &str = "v1";
const NONCE_LENGTH: usize = 24;
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

/// Encrypts and opens stored secrets.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    key_id: String,
}

impl Vault {
    /// The vault of this host's application key.
    ///
    /// # Errors
    /// `host_failed` where the host has no key.
    pub fn open(host: &dyn Host) -> Result<Self> {
        let application_key = host.application_key()?;
        let key = application_key.derive(b"secrets v1")?;
        let fingerprint = Sha256::digest(application_key.derive(b"key id v1")?);
        let key_id = URL_SAFE_NO_PAD.encode(fingerprint.get(..6).unwrap_or_default());
        Ok(Self {
            cipher: XChaCha20Poly1305::new(&Key::from(key)),
            key_id,
        })
    }

    /// Encrypts `secret` for the place that `context` names.
    pub fn seal(&self, host: &dyn Host, context: &str, secret: &Secret) -> Result<String> {
        let mut nonce = [0; NONCE_LENGTH];
        host.random(&mut nonce)?;
        let payload = Payload {
            msg: secret.expose().as_bytes(),
            aad: &self.additional_data(context),
        };
        let ciphertext = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::new(ErrorCode::Internal, "the secret could not be encrypted"))?;
        let sealed = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &ciphertext].concat());
        Ok(format!("{VERSION}.{}.{sealed}", self.key_id))
    }

    /// Opens what [`Self::seal`] made for the same `context`.
    ///
    /// # Errors
    /// `secret_unreadable` for anything else: another application key, another place, a damaged value.
    pub fn unseal(&self, context: &str, sealed: &str) -> Result<Secret> {
        let unreadable = |message: &'static str| Error::new(ErrorCode::SecretUnreadable, message);
        let mut parts = sealed.splitn(3, '.');
        let (Some(VERSION), Some(key_id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(unreadable("the stored secret is damaged: enter it again"));
        };
        if key_id != self.key_id {
            return Err(unreadable(
                "the application's key has changed since the secret was stored: enter it again",
            ));
        }
        let bytes = URL_SAFE_NO_PAD
            .decode(encoded)
            .map_err(|_| unreadable("the stored secret is damaged: enter it again"))?;
        let (nonce, ciphertext) = bytes
            .split_first_chunk::<NONCE_LENGTH>()
            .ok_or_else(|| unreadable("the stored secret is damaged: enter it again"))?;
        let payload = Payload {
            msg: ciphertext,
            aad: &self.additional_data(context),
        };
        let plain = self
            .cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| unreadable("the stored secret does not belong here: enter it again"))?;
        let text = String::from_utf8(plain)
            .map_err(|_| unreadable("the stored secret is damaged: enter it again"))?;
        Ok(Secret::new(text))
    }

    fn additional_data(&self, context: &str) -> Vec<u8> {
        format!("{VERSION}.{}.{context}", self.key_id).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::memory::MemoryHost;

    #[test]
    fn a_secret_opens_only_in_its_own_place_and_under_its_own_key() {
        let host = MemoryHost::new();
        let vault = Vault::open(&host).unwrap();
        let sealed = vault
            .seal(&host, "mailSettings/google/clientSecret", &Secret::new("s3cret"))
            .unwrap();
        assert!(!sealed.contains("s3cret"));
        assert_eq!(
            vault
                .unseal("mailSettings/google/clientSecret", &sealed)
                .unwrap()
                .expose(),
            "s3cret"
        );

        let elsewhere = vault
            .unseal("mailSettings/microsoft/clientSecret", &sealed)
            .unwrap_err();
        assert_eq!(elsewhere.code(), ErrorCode::SecretUnreadable);

        let other = MemoryHost::new().with_application_key("another key");
        let error = Vault::open(&other)
            .unwrap()
            .unseal("mailSettings/google/clientSecret", &sealed)
            .unwrap_err();
        assert!(error.message().contains("key has changed"));
    }

    #[test]
    fn every_damaged_value_is_refused() {
        let host = MemoryHost::new();
        let vault = Vault::open(&host).unwrap();
        let sealed = vault.seal(&host, "x", &Secret::new("s3cret")).unwrap();
        for position in 0..sealed.len() {
            let mut damaged = sealed.clone().into_bytes();
            damaged[position] = if damaged[position] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).unwrap();
            assert!(vault.unseal("x", &damaged).is_err(), "{damaged}");
            assert!(vault.unseal("x", sealed.get(..position).unwrap()).is_err());
        }
    }

    #[test]
    fn two_seals_of_one_secret_differ_and_nothing_prints_it() {
        let host = MemoryHost::new();
        let vault = Vault::open(&host).unwrap();
        let secret = Secret::new("s3cret");
        assert_ne!(
            vault.seal(&host, "x", &secret).unwrap(),
            vault.seal(&host, "x", &secret).unwrap()
        );
        assert!(!format!("{secret:?}").contains("s3cret"));
    }
}
