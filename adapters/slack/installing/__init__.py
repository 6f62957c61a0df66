"""How the app comes to a workspace: its manifest, its scopes, its tokens."""
