//! Gmail.

/// The provider.
pub struct Gmail;
