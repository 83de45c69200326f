//! Graph.

/// The provider.
pub struct Graph;
