//! Asking what is missing, as fast as the provider allows.
