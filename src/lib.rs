//! An email manager for NocoBase.
