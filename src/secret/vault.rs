//! The vault: seals secrets under the newest key, and opens those of every key that is still kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};

use super::{ApplicationKey, Secret, keys};
use crate::error::{Error, ErrorCode, Result};
use crate::host::Host;

const VERSION: &str = "v1";
const NONCE_LENGTH: usize = 24;

/// Encrypts and opens stored secrets.
pub struct Vault {
    /// The newest first: new secrets are sealed under it. Older ones may be under any of the others.
    keys: Vec<SealingKey>,
}

impl Vault {
    /// The vault of this host: its application key, and the data keys that are wrapped under it.
    ///
    /// # Errors
    /// `host_failed` where the host has no key, `storage_failed`.
    pub async fn open(host: &dyn Host) -> Result<Self> {
        let root = SealingKey::root(&host.application_key()?)?;
        // A data key that the application's key doesn't open belongs to an earlier application key.
        let wrapped = keys::load(host).await?;
        let mut keys: Vec<SealingKey> = wrapped.iter().filter_map(|key| key.unwrap(&root).ok()).collect();
        keys.push(root);
        Ok(Self { keys })
    }

    /// Encrypts `secret` for the place that `context` names.
    ///
    /// # Errors
    /// `host_failed` where the host gives no randomness.
    pub fn seal(&self, host: &dyn Host, context: &str, secret: &Secret) -> Result<String> {
        self.newest()?.seal(host, context, secret)
    }

    /// Opens what [`Self::seal`] made for the same `context`.
    ///
    /// # Errors
    /// `secret_unreadable` for anything else: another application key, another place, a damaged value.
    pub fn unseal(&self, context: &str, sealed: &str) -> Result<Secret> {
        let id = key_id(sealed).ok_or_else(damaged)?;
        match self.keys.iter().find(|key| key.id == id) {
            Some(key) => key.unseal(context, sealed),
            None => Err(unreadable(
                "the application's key has changed since the secret was stored: restore that key, or enter the secret again",
            )),
        }
    }

    /// The key that new secrets are sealed under.
    pub(super) fn newest(&self) -> Result<&SealingKey> {
        self.keys
            .first()
            .ok_or_else(|| Error::new(ErrorCode::Internal, "there is no key to protect secrets with"))
    }
}

/// One key, and the id that its secrets carry.
pub(super) struct SealingKey {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl SealingKey {
    /// The key that the application's own key stands for.
    pub(super) fn root(application_key: &ApplicationKey) -> Result<Self> {
        let key = application_key.derive(b"secrets v1")?;
        let fingerprint = Sha256::digest(application_key.derive(b"key id v1")?);
        let id = URL_SAFE_NO_PAD.encode(fingerprint.get(..6).unwrap_or_default());
        Ok(Self::new(id, key))
    }

    /// A key of this id.
    pub(super) fn new(id: String, key: [u8; 32]) -> Self {
        Self {
            id,
            cipher: XChaCha20Poly1305::new(&Key::from(key)),
        }
    }

    /// The key's id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn seal(&self, host: &dyn Host, context: &str, secret: &Secret) -> Result<String> {
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
        Ok(format!("{VERSION}.{}.{sealed}", self.id))
    }

    pub(super) fn unseal(&self, context: &str, sealed: &str) -> Result<Secret> {
        let encoded = sealed.rsplit('.').next().unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| damaged())?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_LENGTH>().ok_or_else(damaged)?;
        let payload = Payload {
            msg: ciphertext,
            aad: &self.additional_data(context),
        };
        let plain = self
            .cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| unreadable("the stored secret does not belong here: enter it again"))?;
        String::from_utf8(plain).map(Secret::new).map_err(|_| damaged())
    }

    fn additional_data(&self, context: &str) -> Vec<u8> {
        format!("{VERSION}.{}.{context}", self.id).into_bytes()
    }
}

/// The id of the key that a stored secret is under; `None` where it is no stored secret.
pub(super) fn key_id(sealed: &str) -> Option<&str> {
    let mut parts = sealed.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(VERSION), Some(id), Some(_), None) => Some(id),
        _ => None,
    }
}

/// What every secret under the key of this id begins with.
pub(super) fn prefix(id: &str) -> String {
    format!("{VERSION}.{id}.")
}

fn damaged() -> Error {
    unreadable("the stored secret is damaged: enter it again")
}

fn unreadable(message: &'static str) -> Error {
    Error::new(ErrorCode::SecretUnreadable, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::memory::MemoryHost;

    fn open(host: &MemoryHost) -> Vault {
        pollster::block_on(Vault::open(host)).unwrap()
    }

    #[test]
    fn a_secret_opens_only_in_its_own_place_and_under_its_own_key() {
        let host = MemoryHost::new();
        let vault = open(&host);
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
        let error = open(&other)
            .unseal("mailSettings/google/clientSecret", &sealed)
            .unwrap_err();
        assert!(error.message().contains("key has changed"));
    }

    #[test]
    fn every_damaged_value_is_refused() {
        let host = MemoryHost::new();
        let vault = open(&host);
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
        let vault = open(&host);
        let secret = Secret::new("s3cret");
        assert_ne!(
            vault.seal(&host, "x", &secret).unwrap(),
            vault.seal(&host, "x", &secret).unwrap()
        );
        assert!(!format!("{secret:?}").contains("s3cret"));
    }
}
