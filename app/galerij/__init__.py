"""The gallery: every component in every state, for whoever builds. Exists in development only."""
